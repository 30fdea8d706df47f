// See poller.h.
#include "net/epoll/poller.h"

#include <cerrno>
#include <limits>
#include <system_error>

namespace rill {

Poller::Poller(const Syscalls& syscalls)
    : syscalls_(syscalls), fd_(syscalls.epoll_create1(EPOLL_CLOEXEC)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

Poller::~Poller() { syscalls_.close(fd_); }

int Poller::add(int fd, std::uint32_t events, std::uint64_t word) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = word;
  return syscalls_.epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : errno;
}

int Poller::modify(int fd, std::uint32_t events, std::uint64_t word) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = word;
  return syscalls_.epoll_ctl(fd_, EPOLL_CTL_MOD, fd, &event) == 0 ? 0 : errno;
}

void Poller::remove(int fd) {
  epoll_event unused{};  // kernels before 2.6.9 want one
  static_cast<void>(syscalls_.epoll_ctl(fd_, EPOLL_CTL_DEL, fd, &unused));
}

int Poller::wait_once(Duration limit) {
  if (limit <= kNotAtAll) return syscalls_.epoll_wait(fd_, events_, kMostEvents, 0);
  if (limit == kForEver) return syscalls_.epoll_wait(fd_, events_, kMostEvents, -1);
  if (has_pwait2_) {
    timespec timeout{};
    timeout.tv_sec = limit.ns / 1'000'000'000;
    timeout.tv_nsec = limit.ns % 1'000'000'000;
    const int count = syscalls_.epoll_pwait2(fd_, events_, kMostEvents, &timeout);
    // EPERM: from the system call filters of containers that are older than the call.
    if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return count;
    has_pwait2_ = false;
  }
  // Up, not down: a wait that ends before its deadline would be repeated until it has come.
  const std::int64_t limit_ms = limit.ns / 1'000'000 + (limit.ns % 1'000'000 != 0 ? 1 : 0);
  constexpr std::int64_t kMostMs = std::numeric_limits<int>::max();
  return syscalls_.epoll_wait(fd_, events_, kMostEvents,
                              static_cast<int>(limit_ms < kMostMs ? limit_ms : kMostMs));
}

std::span<const epoll_event> Poller::wait(Duration limit) {
  const int count = wait_once(limit);
  if (count >= 0) return {events_, static_cast<std::size_t>(count)};
  if (errno == EINTR) return {};
  throw std::system_error(errno, std::generic_category(), "epoll_wait");
}

}  // namespace rill
