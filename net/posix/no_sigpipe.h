// NoSigpipe: a guard for the calls that write to a broken pipe or socket and cannot be told to
// raise no SIGPIPE (write(2), sendfile(2); send(2) has MSG_NOSIGNAL). To ignore the signal for the
// whole process is the program's right, not ours.
//
// Invariant: the signals that are blocked and pending for the thread are afterwards what they were
// before. Costs two system calls where nothing breaks.
#pragma once

#include <pthread.h>

#include <cerrno>
#include <csignal>
#include <ctime>

namespace rill {

class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
    if (sigismember(&before_, SIGPIPE) == 0) return;
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;
  ~NoSigpipe() {
    const int error = errno;
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }

  /// To be called after EPIPE: takes away the signal that came with it.
  void swallow() {
    if (was_pending_) return;
    const int error = errno;
    const timespec at_once{};
    while (sigtimedwait(&sigpipe_, nullptr, &at_once) < 0 && errno == EINTR) {
    }
    errno = error;
  }

 private:
  sigset_t sigpipe_;
  sigset_t before_;
  bool was_pending_ = false;
};

}  // namespace rill
