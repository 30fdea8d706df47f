// One epoll instance: registrations, and waits with a deadline in nanoseconds.
//
// An event carries the {slot, generation} word of its descriptor. Registrations of our own sockets
// are edge-triggered, both directions at once, and made once; those of foreign descriptors are
// level-triggered and follow what is waited for.
#pragma once

#include <span>

#include "net/posix/syscalls.h"
#include "scheduler/time.h"

namespace rill {

class Poller {
 public:
  /// Throws std::system_error when the kernel gives no epoll instance (EMFILE, ENFILE, ENOMEM).
  explicit Poller(const Syscalls& syscalls);
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  ~Poller();

  /// Each gives 0 or the errno (ENOMEM, ENOSPC; EPERM: a descriptor that is always ready).
  int add(int fd, std::uint32_t events, std::uint64_t word);
  int modify(int fd, std::uint32_t events, std::uint64_t word);
  /// Errors are of no interest: the descriptor may be gone already.
  void remove(int fd);

  /// What has happened, at most kMostEvents; blocks for up to `limit`. Empty also when a signal
  /// came. The span is valid until the next call.
  std::span<const epoll_event> wait(Duration limit);
  static constexpr Duration kNotAtAll = Duration(0);
  static constexpr Duration kForEver = Duration(Instant::never().ns);

  /// As many as the scheduler runs tasks between two waits, so that no task waits long for its turn
  /// behind events.
  static constexpr int kMostEvents = 64;

 private:
  int wait_once(Duration limit);

  const Syscalls& syscalls_;
  int fd_;
  bool has_pwait2_ = true;  ///< Linux 5.11; without it deadlines are rounded up to milliseconds
  epoll_event events_[kMostEvents];
};

}  // namespace rill
