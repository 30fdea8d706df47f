// A table of system calls that counts each call and can make the n-th call of a kind fail, so that
// the backend meets every error in turn without LD_PRELOAD, and a test can see that a call was not
// made.
#pragma once

#include <array>
#include <cerrno>
#include <cstddef>

#include "net/posix/syscalls.h"

namespace rill::testing {

enum class Call : std::uint8_t {
  socket,
  bind,
  listen,
  connect,
  accept4,
  recv,
  recvfrom,
  send,
  sendmsg,
  sendfile,
  shutdown,
  close,
  getsockopt,
  setsockopt,
  getsockname,
  getpeername,
  epoll_create1,
  epoll_ctl,
  epoll_wait,
  epoll_pwait2,
  poll,
  read,
  write,
  preadv2,
  pwritev2,
  signalfd,
  // Requests of io_uring, and the call that submits them and waits: faulty_ring.h.
  ring_recv,
  ring_send,
  ring_poll,
  ring_accept,
  ring_turn,
  kCount,
};

inline constexpr std::array<const char*, static_cast<std::size_t>(Call::kCount)> kCallNames = {
    "socket",     "bind",         "listen",      "connect",     "accept4",       "recv",
    "recvfrom",   "send",         "sendmsg",     "sendfile",    "shutdown",      "close",
    "getsockopt", "setsockopt",   "getsockname", "getpeername", "epoll_create1", "epoll_ctl",
    "epoll_wait", "epoll_pwait2", "poll",        "read",        "write",         "preadv2",
    "pwritev2",   "signalfd",     "ring recv",   "ring send",   "ring poll",     "ring accept",
    "ring turn"};

/// What has been called, and which calls shall fail. One for each thread.
struct CallLog {
  std::array<int, static_cast<std::size_t>(Call::kCount)> counts{};
  Call failing = Call::kCount;
  int first_failure = 0;  ///< 1: the next call of that kind fails
  int failures = 0;       ///< how many in a row
  int error = 0;

  int& count(Call call) { return counts[static_cast<std::size_t>(call)]; }
  void fail(Call call, int nth, int with_error, int times = 1) {
    failing = call;
    first_failure = nth;
    failures = times;
    error = with_error;
  }
  bool fails_now(Call call) {
    ++count(call);
    if (call != failing || failures == 0 || --first_failure > 0) return false;
    --failures;
    errno = error;
    return true;
  }
};
inline thread_local CallLog call_log;

namespace detail {

template <Call call, auto member, class R, class... A>
R counted(A... arguments) {
  if (call_log.fails_now(call)) {
    // Linux frees the number even when close(2) reports an error.
    if constexpr (call == Call::close) {
      const int error = errno;
      (kernel_syscalls.*member)(arguments...);
      errno = error;
    }
    return -1;
  }
  return (kernel_syscalls.*member)(arguments...);
}

template <Call call, auto member, class R, class... A>
constexpr auto wrap(R (*Syscalls::*)(A...)) {
  return &counted<call, member, R, A...>;
}

}  // namespace detail

#define INTERNAL_RILL_COUNTED(name) \
  .name = detail::wrap<Call::name, &Syscalls::name>(&Syscalls::name)

/// The kernel, counted, and with the faults that call_log asks for.
inline constexpr Syscalls kFaultySyscalls = {
    INTERNAL_RILL_COUNTED(socket),        INTERNAL_RILL_COUNTED(bind),
    INTERNAL_RILL_COUNTED(listen),        INTERNAL_RILL_COUNTED(connect),
    INTERNAL_RILL_COUNTED(accept4),       INTERNAL_RILL_COUNTED(recv),
    INTERNAL_RILL_COUNTED(recvfrom),      INTERNAL_RILL_COUNTED(send),
    INTERNAL_RILL_COUNTED(sendmsg),       INTERNAL_RILL_COUNTED(sendfile),
    INTERNAL_RILL_COUNTED(shutdown),      INTERNAL_RILL_COUNTED(close),
    INTERNAL_RILL_COUNTED(getsockopt),    INTERNAL_RILL_COUNTED(setsockopt),
    INTERNAL_RILL_COUNTED(getsockname),   INTERNAL_RILL_COUNTED(getpeername),
    INTERNAL_RILL_COUNTED(epoll_create1), INTERNAL_RILL_COUNTED(epoll_ctl),
    INTERNAL_RILL_COUNTED(epoll_wait),    INTERNAL_RILL_COUNTED(epoll_pwait2),
    INTERNAL_RILL_COUNTED(poll),          INTERNAL_RILL_COUNTED(read),
    INTERNAL_RILL_COUNTED(write),         INTERNAL_RILL_COUNTED(preadv2),
    INTERNAL_RILL_COUNTED(pwritev2),      INTERNAL_RILL_COUNTED(signalfd),
};

#undef INTERNAL_RILL_COUNTED

}  // namespace rill::testing
