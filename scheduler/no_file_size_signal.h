// While one lives, the limit of a file's size (RLIMIT_FSIZE) is an error of write(2), not a deadly
// signal of this thread.
#pragma once

#include <pthread.h>
#include <signal.h>
#include <time.h>

namespace rill {

class NoFileSizeSignal {
 public:
  NoFileSizeSignal() {
    sigemptyset(&limit_);
    sigaddset(&limit_, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &limit_, &before_);
  }
  NoFileSizeSignal(const NoFileSizeSignal&) = delete;
  NoFileSizeSignal& operator=(const NoFileSizeSignal&) = delete;
  ~NoFileSizeSignal() {
    const timespec at_once{};
    while (sigtimedwait(&limit_, nullptr, &at_once) == SIGXFSZ) continue;
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t limit_{};
  sigset_t before_{};
};

}  // namespace rill
