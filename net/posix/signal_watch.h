// Signals as completions, by signalfd(2).
//
// A signal is blocked for this thread while some operation waits for it, and as it was before
// afterwards: so a second SIGTERM, when nobody waits any more, ends the process as it always does.
// "Afterwards" is the backend's next wait that blocks, not at once: a task that awaits the same
// signal in a loop leaves no gap in which the signal would kill. Other threads of the program must
// keep the signals blocked that tasks wait for, or the kernel may give the signal to them.
#pragma once

#include <csignal>

#include "net/posix/syscalls.h"
#include "scheduler/backend.h"

namespace rill {

class SignalWatch {
 public:
  explicit SignalWatch(const Syscalls& syscalls) : syscalls_(syscalls) {}
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  ~SignalWatch();

  /// `op` waits from now on; call update() before the next wait for the kernel.
  void add(SignalOp& op);
  /// Forgets `op`, if it waits.
  void remove(SignalOp& op);
  /// The next operation that `number` ends, removed; null when there is none.
  SignalOp* take(int number);

  bool needs_update() const { return needs_update_; }
  bool is_awaited() const { return waiting_ != nullptr; }
  /// Makes the signal mask and the signalfd what the waiting operations ask for. 0 or the errno
  /// (EMFILE, ENFILE, ENOMEM, EINVAL), after which nothing is watched.
  int update();
  /// The signalfd, which update() may change; -1 when nobody waits.
  int fd() const { return fd_; }
  /// The number of a signal that came, or 0.
  int read_signal();
  /// The first operation that waits, removed; null when none is left.
  SignalOp* take_any();

 private:
  void stop();

  const Syscalls& syscalls_;
  Op* waiting_ = nullptr;  ///< in order of arrival, linked by Op::next
  int fd_ = -1;
  bool needs_update_ = false;
  sigset_t blocked_;  ///< those we blocked that were not blocked before; valid while fd_ >= 0
};

}  // namespace rill
