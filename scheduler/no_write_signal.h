// While one lives, the limit of a file's size (RLIMIT_FSIZE) and a pipe that nobody reads any more
// are errors of write(2), not deadly signals of this thread.
#pragma once

#include <pthread.h>
#include <signal.h>
#include <time.h>

namespace rill {

class NoWriteSignal {
 public:
  NoWriteSignal() {
    sigemptyset(&deadly_);
    sigaddset(&deadly_, SIGXFSZ);
    sigaddset(&deadly_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &deadly_, &before_);
  }
  NoWriteSignal(const NoWriteSignal&) = delete;
  NoWriteSignal& operator=(const NoWriteSignal&) = delete;
  ~NoWriteSignal() {
    const timespec at_once{};
    while (sigtimedwait(&deadly_, nullptr, &at_once) > 0) continue;
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t deadly_{};
  sigset_t before_{};
};

}  // namespace rill
