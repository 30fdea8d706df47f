// See listening_socket.h.
#include "net/service/listening_socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "net/net_error.h"
#include "net/posix/socket_address.h"
#include "net/posix/socket_options.h"

namespace rill {
namespace {

bool set(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

bool turn_on(int fd, int level, int option) { return set(fd, level, option, 1); }

/// What accepted sockets inherit: so it must be there before the first of them can be.
bool set_for_accepted(int fd) {
  return turn_on(fd, IPPROTO_TCP, TCP_NODELAY) &&
         set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kMostUnsentBytes);
}

/// A socket bound to `at`; with `is_shared`, others may bind there too. Throws NetError.
ListeningSocket bind_socket(const Address& at, bool is_shared) {
  SocketAddress address(at);
  ListeningSocket bound(
      socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int fd = bound.fd();
  const bool is_ipv6 = at.family == Address::Family::ipv6;
  // As every backend listens: the port is free again at once after a restart, IPv6 is IPv6 only.
  if (fd < 0 || !turn_on(fd, SOL_SOCKET, SO_REUSEADDR) ||
      (is_shared && !turn_on(fd, SOL_SOCKET, SO_REUSEPORT)) ||
      (is_ipv6 && !turn_on(fd, IPPROTO_IPV6, IPV6_V6ONLY)) || !set_for_accepted(fd) ||
      bind(fd, address.get(), address.size_bytes) != 0) {
    throw NetError("listen", to_string(at), errno);
  }
  return bound;
}

/// While one lives, nobody else on this machine (network namespace) looks whether this port is
/// free. An abstract Unix socket: its name is taken atomically, lives where ports live, and goes
/// with the process (unix(7)).
class PortLock {
 public:
  explicit PortLock(std::uint16_t port) : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    if (port == 0 || socket_.fd() < 0) return;
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const std::string text = "rill-listens-" + std::to_string(port);
    text.copy(name.sun_path + 1, text.size());
    const auto size_bytes =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
    // Whoever holds it for longer is stopped, or means ill: the lock is not worth a hang.
    for (int tries = 0; tries < 100; ++tries) {
      if (bind(socket_.fd(), reinterpret_cast<sockaddr*>(&name), size_bytes) == 0) return;
      usleep(10'000);
    }
  }

 private:
  ListeningSocket socket_;
};

}  // namespace

ListeningSocket::~ListeningSocket() {
  if (fd_ >= 0) close(fd_);
}

Address ListeningSocket::address() const {
  SocketAddress address;
  if (getsockname(fd_, address.get(), &address.size_bytes) != 0) return {};
  return address.address();
}

ListeningSocket ListeningSocket::duplicate() const {
  ListeningSocket copy(fcntl(fd_, F_DUPFD_CLOEXEC, 3));
  if (copy.fd() < 0) throw NetError("listen", to_string(address()), errno);
  return copy;
}

std::vector<ListeningSocket> listen_shared(const Address& at, unsigned count, int backlog) {
  const PortLock lock(at.port);
  // Without SO_REUSEPORT, so it finds everybody who listens; not listening itself, so that the
  // sockets below may bind beside it.
  const ListeningSocket probe = bind_socket(at, false);
  std::vector<ListeningSocket> sockets;
  for (unsigned i = 0; i < count; ++i) {
    sockets.push_back(bind_socket(probe.address(), true));
    if (listen(sockets.back().fd(), backlog) != 0) throw NetError("listen", to_string(at), errno);
  }
  return sockets;
}

void wait_for_port(const Address& at) {
  constexpr int kMostTries = 100;
  for (int tries = 0; tries < kMostTries; ++tries) {
    try {
      bind_socket(at, false);
      return;
    } catch (const NetError& error) {
      if (error.error() != EADDRINUSE) return;  // whoever listens then, hears of it
    }
    usleep(5'000);
  }
}

int prepare_inherited(int fd) {
  int number = 0;
  socklen_t size_bytes = sizeof number;
  const auto has = [&](int option, int value) {
    return getsockopt(fd, SOL_SOCKET, option, &number, &size_bytes) == 0 && number == value;
  };
  if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &number, &size_bytes) != 0) return errno;
  if (number != AF_INET && number != AF_INET6) return EAFNOSUPPORT;
  if (!has(SO_TYPE, SOCK_STREAM)) return EPROTOTYPE;
  if (!has(SO_ACCEPTCONN, 1)) return EINVAL;
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
      fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || !set_for_accepted(fd)) {
    return errno;
  }
  return 0;
}

}  // namespace rill
