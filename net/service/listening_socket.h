// ListeningSocket: a socket that listens before any scheduler runs: one that was inherited, or one
// of several that share a port. A backend adopts it by ListenOptions::inherited_fd.
//
// Ownership: closes its descriptor unless release() gave it away. Nothing here suspends.
#pragma once

#include <utility>
#include <vector>

#include "scheduler/address.h"
#include "scheduler/backend.h"

namespace rill {

class ListeningSocket {
 public:
  /// Takes `fd` over. It should be one that prepare_inherited() took.
  explicit ListeningSocket(int fd) : fd_(fd) {}
  ListeningSocket(ListeningSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ListeningSocket& operator=(ListeningSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~ListeningSocket();

  int fd() const { return fd_; }
  /// Gives the descriptor away.
  int release() { return std::exchange(fd_, -1); }
  Address address() const;
  /// Another descriptor of the same socket: both accept from one queue. Throws NetError.
  ListeningSocket duplicate() const;

 private:
  int fd_;
};

/// `count` sockets on one address, of which each gets its share of the connections: the kernel
/// chooses by a hash of the peer's address (socket(7), SO_REUSEPORT). Port 0 is any that is free.
///
/// Whoever listens there already, with SO_REUSEPORT or without, in this program or another, makes
/// it fail: two servers that share a port without knowing of each other would each get half of the
/// requests. (SO_REUSEPORT alone lets every process of the same user in.) Of two that start at the
/// same moment one fails.
///
/// Throws NetError as Listener does: EADDRINUSE, EACCES, EADDRNOTAVAIL, EMFILE.
std::vector<ListeningSocket> listen_shared(const Address& at, unsigned count,
                                           int backlog = ListenOptions().backlog);

/// Blocks while somebody listens at `at`, for half a second at most: before a server opens its
/// port. For a predecessor that was killed on io_uring. The kernel takes its ring apart only some
/// time after the process, 13 ms were seen, and until then the ring holds what it waited for: the
/// port. (On epoll, and after a graceful end, it is free at once.)
void wait_for_port(const Address& at);

/// Makes `fd`, which somebody else opened, fit for a backend: non-blocking, close-on-exec, without
/// Nagle's delay, and bounded in what the kernel holds for it (socket_options.h). Returns 0, or the
/// errno that says what it is not: EBADF no descriptor, ENOTSOCK no socket, EAFNOSUPPORT or
/// EPROTOTYPE not TCP, EINVAL not listening.
int prepare_inherited(int fd);

}  // namespace rill
