// listen and accept of the real-socket backends, and what it does when descriptors run out.
//
// A connection that cannot be accepted for want of a descriptor or memory stays in the kernel's
// backlog, and the accept stays pending: it is tried again after 5 ms, doubling up to 640 ms, and
// at the next wait after a socket of this backend was closed. So the loop never spins, and whoever
// waits in the backlog is served within a second of the first free descriptor, wherever in the
// system that was freed. We keep no descriptor in reserve (to accept with it and hang up): a
// client that waits is better off than one that is turned away while others leave.
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>

#include "net/accept_failure.h"
#include "net/posix/posix_backend.h"
#include "net/posix/socket_options.h"

namespace rill {
namespace {

constexpr Duration kFirstRetry = milliseconds(5);
constexpr Duration kLastRetry = milliseconds(640);

}  // namespace

Listened PosixBackend::listen(HostId /*host*/, const Address& at, const ListenOptions& options) {
  Listened listened;
  if (options.inherited_fd >= 0) {
    listened.handle = table_.add(options.inherited_fd, Kind::listener);
    table_.find(listened.handle)->may_be_shared = true;
    listened.bound = local_address(listened.handle);
    return listened;
  }
  if (at.family == Address::Family::none) {
    listened.error = EAFNOSUPPORT;
    return listened;
  }
  SocketAddress address(at);
  const bool is_ipv6 = at.family == Address::Family::ipv6;
  const int fd =
      syscalls_.socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    listened.error = errno;
    return listened;
  }
  const auto set = [&](int level, int option, int value) {
    return syscalls_.setsockopt(fd, level, option, &value, sizeof value) == 0;
  };
  // What is set here for TCP, accepted sockets inherit.
  if (!set(SOL_SOCKET, SO_REUSEADDR, 1) ||
      (options.reuse_port && !set(SOL_SOCKET, SO_REUSEPORT, 1)) ||
      (is_ipv6 && !set(IPPROTO_IPV6, IPV6_V6ONLY, 1)) || !set(IPPROTO_TCP, TCP_NODELAY, 1) ||
      !set(IPPROTO_TCP, TCP_NOTSENT_LOWAT, kMostUnsentBytes) ||
      syscalls_.bind(fd, address.get(), address.size_bytes) != 0 ||
      syscalls_.listen(fd, options.backlog) != 0) {
    listened.error = errno;
    syscalls_.close(fd);
    return listened;
  }
  listened.handle = table_.add(fd, Kind::listener);
  listened.bound = local_address(listened.handle);
  return listened;
}

void PosixBackend::accept_one(Descriptor& listener, AcceptOp& op, Handle handle) {
  if (listener.is_starved) return park(listener.reading, op);
  // A bound, so that a stream of connections that die at once cannot keep the loop here.
  constexpr int kMostTries = 16;
  int error = EAGAIN;
  for (int tries = 0; listener.can_read && tries < kMostTries; ++tries) {
    SocketAddress peer;
    const int fd = accept_now(listener, handle, peer);
    if (fd >= 0) {
      retry_delay_ = Duration();
      op.peer = peer.address();
      op.accepted = table_.add(fd, Kind::connection);  // `listener` may have moved
      return complete(op, 0);
    }
    error = errno;
    if (accept_failure(error) != AcceptFailure::of_connection) break;
  }
  if (error == EAGAIN) {
    error = await_edge(listener, handle, EPOLLIN);
    if (error == 0) {
      listener.can_read = false;
      return park(listener.reading, op);
    }
  }
  if (accept_failure(error) == AcceptFailure::of_listener) return complete(op, -error);
  starve(listener, op, handle);
}

int PosixBackend::accept_now(Descriptor& listener, Handle /*handle*/, SocketAddress& peer) {
  return syscalls_.accept4(listener.fd, peer.get(), &peer.size_bytes, kAcceptFlags);
}

void PosixBackend::starve(Descriptor& listener, AcceptOp& op, Handle handle) {
  park(listener.reading, op);
  listener.is_starved = true;
  starved_.push_back(handle);
  retry_delay_ = std::max(retry_delay_, kFirstRetry);
  retry_at_ = now() + retry_delay_;
}

void PosixBackend::feed_starved_listeners() {
  retry_delay_ = std::min(retry_delay_ * 2, kLastRetry);
  // Those that stay hungry come back through starve(), which sets the time of the next try.
  for (const Handle handle : std::exchange(starved_, {})) {
    Descriptor* const listener = table_.find(handle);
    if (listener == nullptr) continue;
    listener->is_starved = false;
    if (listener->reading != nullptr) {
      accept_one(*listener, static_cast<AcceptOp&>(unpark(listener->reading)), handle);
    }
  }
}

}  // namespace rill
