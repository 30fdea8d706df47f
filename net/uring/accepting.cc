// accept of the io_uring backend: a listener that waits has an accept with the kernel, one for each
// accept(), which brings the connection and who it is from without a call of ours.
//
// When more have come at once, the kernel says so, and accept4(2) takes the rest: as a request each
// would cost a turn. Whatever goes wrong shows in that call, too (listeners.cc), which a request
// that failed leads to.
//
// Not a multishot accept: it costs the same, since it has one place for the addresses of all, so
// that each has to be asked for; and it takes connections that nobody has asked for, 32 at once,
// which are lost to the backlog: to the time when a full server has room.
//
// Not on a socket that was inherited: others may wait for it, too, and of those who wait with an
// accept the kernel wakes one only (poll_exclusive). Were that one cancelled just then, nobody else
// would hear of the connection before the next one comes. Such a listener is polled.
//
// Invariant: the kernel has an accept only while an accept() waits. One that was cancelled too late
// leaves its connection to the next, or to be reset when the listener closes.
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "net/uring/uring_backend.h"

namespace rill {
namespace {

/// IORING_FEAT_RECVSEND_BUNDLE, which came with IORING_CQE_F_SOCK_NONEMPTY of accept: Linux 6.10.
constexpr unsigned kTellsOfMore = 1u << 14;

}  // namespace

int UringBackend::await_connection(const Descriptor& listener, Handle handle) {
  Requests& requests = requests_of(handle);
  if (requests.is_accepting) return 0;
  SocketAddress& peer = accepted_[handle.slot].peer;
  peer.size_bytes = sizeof peer.storage;
  io_uring_sqe& request = ring_.prepare(to_word(handle, What::accept));
  io_uring_prep_accept(&request, listener.fd, peer.get(), &peer.size_bytes, kAcceptFlags);
  requests.is_accepting = true;
  return 0;
}

void UringBackend::on_accepted(Handle handle, std::int32_t result, std::uint32_t flags) {
  Descriptor* const listener = table_.find(handle);
  if (listener == nullptr) return;
  Requests& requests = requests_of(handle);
  requests.is_accepting = false;
  if (result >= 0) {
    Accepted& accepted = accepted_[handle.slot];
    accepted.fd = result;
    accepted.is_the_last =
        (ring_.get()->features & kTellsOfMore) != 0 && (flags & IORING_CQE_F_SOCK_NONEMPTY) == 0;
    listener->can_read = true;
  } else if (result == -EAGAIN || result == -EINVAL) {
    has_accept_ = false;  // a kernel that does not wait for a socket that does not block
  }
  if (!requests.is_leaving) events_.push_back({handle, EPOLLIN});
}

int UringBackend::accept_now(Descriptor& listener, Handle handle, SocketAddress& peer) {
  const auto found = accepted_.find(handle.slot);
  if (found == accepted_.end() || found->second.fd < 0) {
    return PosixBackend::accept_now(listener, handle, peer);
  }
  Accepted& accepted = found->second;
  listener.can_read = !accepted.is_the_last;
  peer = accepted.peer;
  return std::exchange(accepted.fd, -1);
}

void UringBackend::cancel_accept(Op& op) {
  Requests& requests = requests_of(op.on);
  if (requests.is_accepting) {
    requests.is_leaving = true;
    bring_home([&] { request_cancel(op.on, What::accept); },
               [&] { return !requests.is_accepting; });
    requests.is_leaving = false;
  }
  PosixBackend::cancel(op);
}

void UringBackend::release_accepted(Descriptor& listener, Handle handle) {
  const auto found = accepted_.find(handle.slot);
  if (found == accepted_.end()) return;
  if (found->second.fd >= 0 && listener.reading != nullptr) {
    accept_one(listener, static_cast<AcceptOp&>(unpark(listener.reading)), handle);
  }
  if (const int fd = accepted_[handle.slot].fd; fd >= 0) {
    constexpr linger kAbort = {.l_onoff = 1, .l_linger = 0};  // as those in the backlog
    syscalls_.setsockopt(fd, SOL_SOCKET, SO_LINGER, &kAbort, sizeof kAbort);
    syscalls_.close(fd);
  }
  accepted_.erase(handle.slot);
}

}  // namespace rill
