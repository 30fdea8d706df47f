// Raw system calls. See kernel_world.h.
#include "tests/differential/kernel_world.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "net/posix/socket_address.h"

namespace rill::differential {
namespace {

// After some 130 KB a writer is blocked, of which the reader's side holds some 28 KB: so what an
// acknowledgement that comes late sets free is less than the third that wakes a writer.
constexpr int kSendBuffer = 64 << 10;
constexpr int kReceiveBuffer = 16 << 10;

std::int64_t result_of(std::int64_t result) { return result < 0 ? -errno : result; }

/// For calls that only fail when the test itself is wrong, or the machine.
int must(std::int64_t result, const char* call) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), call);
  return static_cast<int>(result);
}

/// Rill calls an IPv4 peer by its IPv4 name, whatever its socket. Here the question is what the
/// kernel says: ::ffff:a.b.c.d (RFC 4291, 2.5.5.2).
Address as_the_kernel_says(const SocketAddress& name) {
  const Address address = name.address();
  if (name.storage.ss_family != AF_INET6 || address.family != Address::Family::ipv4) return address;
  Address mapped;
  mapped.family = Address::Family::ipv6;
  mapped.port = address.port;
  mapped.bytes[10] = mapped.bytes[11] = 0xFF;
  std::copy_n(address.bytes.begin(), 4, mapped.bytes.begin() + 12);
  return mapped;
}

template <class Call>
Address name_of(const Descriptor& socket, Call call) {
  SocketAddress name;
  return call(socket.get(), name.get(), &name.size_bytes) < 0 ? Address()
                                                              : as_the_kernel_says(name);
}

/// bind(2) or connect(2).
template <class Call>
std::int64_t with_address(Call call, const Descriptor& socket, const Address& address) {
  if (!socket) return -EBADF;
  const SocketAddress name(address);
  return result_of(call(socket.get(), name.get(), name.size_bytes));
}

void set(const Descriptor& socket, int level, int option, int value) {
  must(setsockopt(socket.get(), level, option, &value, sizeof value), "setsockopt");
}

bool is_ready(const Descriptor& socket, short events) {
  pollfd one{socket.get(), events, 0};
  return must(poll(&one, 1, 0), "poll") > 0;
}

/// A datagram socket that is connected to itself; the process stays on one processor from then on,
/// so that its packets stay in order.
int messenger() {
  static const Descriptor socket = [] {
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(static_cast<std::size_t>(must(sched_getcpu(), "sched_getcpu")), &here);
    sched_setaffinity(0, sizeof here, &here);  // if it may not, order is still the rule
    Descriptor fd(must(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
    must(with_address(bind, fd, Address::loopback_ipv4()), "bind");
    must(with_address(connect, fd, name_of(fd, getsockname)), "connect");
    return fd;
  }();
  return socket.get();
}

}  // namespace

bool KernelWorld::has_ipv6() {
  const Descriptor socket(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return with_address(bind, socket, *Address::parse("::1")) == 0;
}

KernelWorld::KernelWorld(const Script& script)
    : World(script.family), small_buffers_(script.small_buffers) {
  settle_loopback();  // pins the process before its first packet
  nobody_ = new_socket(listening_address(0));
  must(with_address(bind, nobody_, listening_address(0)), "bind");
  nobodys_port_ = name_of(nobody_, getsockname).port;
}

KernelWorld::~KernelWorld() {
  for (int end = 0; end < kEnds; ++end) {
    if (at(end).socket) KernelWorld::reset(end);
  }
}

void KernelWorld::settle_loopback() {
  constexpr int kRounds = 3;
  for (int round = 0; round < kRounds; ++round) {
    char byte = 'x';
    must(::send(messenger(), &byte, 1, 0), "send");
    must(::recv(messenger(), &byte, 1, 0), "recv");
  }
}

Descriptor KernelWorld::new_socket(const Address& to_be_used_with) const {
  const bool is_ipv6 = to_be_used_with.family == Address::Family::ipv6;
  Descriptor socket(
      ::socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return socket;
  if (is_ipv6) set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);  // as Rill does: small segments leave at once
  if (small_buffers_) make_buffers_small(socket.get());
  return socket;
}

void KernelWorld::make_buffers_small(int fd) {
  must(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer), "setsockopt");
  must(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer), "setsockopt");
}

// ---- listeners ---------------------------------------------------------------------------------

std::int64_t KernelWorld::listen(int number, Kind how, int backlog) {
  Listener& here = listener(number);
  const bool is_old = how == Kind::listen_busy || how == Kind::listen_again;
  const Address address =
      how == Kind::listen_foreign ? foreign_address() : listening_address(is_old ? here.port : 0);
  Descriptor socket = new_socket(address);
  // Not for port 0: it could give one that only connections use.
  if (is_old) set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  const std::int64_t bound = with_address(bind, socket, address);
  if (bound < 0) return bound;
  set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  if (::listen(socket.get(), backlog) < 0) return -errno;
  here.socket = std::move(socket);
  here.reservation.close();
  here.port = name_of(here.socket, getsockname).port;
  return 0;
}

void KernelWorld::close_listener(int number) {
  Listener& here = listener(number);
  here.socket.close();
  const Address address = listening_address(here.port);
  here.reservation = new_socket(address);
  set(here.reservation, SOL_SOCKET, SO_REUSEADDR, 1);
  must(with_address(bind, here.reservation, address), "bind a closed listener's port");
}

std::int64_t KernelWorld::accept(int number) {
  SocketAddress peer;
  const int fd = accept4(listener(number).socket.get(), peer.get(), &peer.size_bytes,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return -errno;
  accepted_ = Descriptor(fd);
  accepted_peer_ = as_the_kernel_says(peer);
  set(accepted_, IPPROTO_TCP, TCP_NODELAY, 1);
  return 0;
}

void KernelWorld::adopt_accepted(int end) {
  if (end == kNobody) return accepted_.close();
  at(end).socket = std::move(accepted_);
}

// ---- connections -------------------------------------------------------------------------------

void KernelWorld::start_connect(int end, int number) {
  End& here = at(end);
  const Address to = connecting_address(number == kNobody ? nobodys_port_ : listener(number).port);
  here.socket = new_socket(to);
  here.connected = here.socket ? with_address(connect, here.socket, to) : -errno;
}

std::int64_t KernelWorld::send(int end, std::span<const std::byte> bytes) {
  return result_of(::send(at(end).socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

std::int64_t KernelWorld::recv(int end, std::span<std::byte> to) {
  return result_of(::recv(at(end).socket.get(), to.data(), to.size(), 0));
}

int KernelWorld::shutdown_write(int end) {
  return static_cast<int>(result_of(shutdown(at(end).socket.get(), SHUT_WR)));
}

void KernelWorld::close(int end) { at(end) = End(); }

void KernelWorld::reset(int end) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  must(setsockopt(at(end).socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once),
       "setsockopt");
  at(end) = End();
}

Address KernelWorld::local_address(int end) { return name_of(at(end).socket, getsockname); }
Address KernelWorld::peer_address(int end) { return name_of(at(end).socket, getpeername); }

std::int64_t KernelWorld::misuse(Kind kind, int on) {
  char byte = 'x';
  if (kind == Kind::accept_on_end) {
    return result_of(accept4(at(on).socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  const int fd = listener(on).socket.get();
  return result_of(kind == Kind::send_on_listener ? ::send(fd, &byte, 1, MSG_NOSIGNAL)
                                                  : ::recv(fd, &byte, 1, 0));
}

// ---- descriptors -------------------------------------------------------------------------------

rlimit KernelWorld::take_away_all_descriptors() {
  rlimit before{};
  must(getrlimit(RLIMIT_NOFILE, &before), "getrlimit");
  const Descriptor next(must(dup(messenger()), "dup"));
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(next.get());
  must(setrlimit(RLIMIT_NOFILE, &none), "setrlimit");
  return before;
}

void KernelWorld::take_away_descriptors() { descriptors_ = take_away_all_descriptors(); }

void KernelWorld::give_back_descriptors() {
  must(setrlimit(RLIMIT_NOFILE, &descriptors_), "setrlimit");
}

// ---- calls that wait ---------------------------------------------------------------------------

void KernelWorld::start_accept(int) {}

void KernelWorld::start_send(int end, std::span<const std::byte> bytes) {
  End& here = at(end);
  here.outgoing = bytes;
  const std::int64_t result = send(end, bytes);
  here.sent = result == -EAGAIN ? std::nullopt : std::optional(result);
}

void KernelWorld::start_recv(int end, std::span<std::byte> to) { at(end).incoming = to; }

std::optional<std::int64_t> KernelWorld::finished(Call call, int on) {
  const auto unless_waiting = [](std::int64_t result) {
    return result == -EAGAIN ? std::nullopt : std::optional(result);
  };
  if (call == Call::accept) {
    if (!is_ready(listener(on).socket, POLLIN)) return std::nullopt;
    return unless_waiting(accept(on));
  }
  End& here = at(on);
  if (call == Call::connect) {
    if (here.connected == -EINPROGRESS) {
      if (!is_ready(here.socket, POLLOUT)) return std::nullopt;
      int error = 0;
      socklen_t size_bytes = sizeof error;
      must(getsockopt(here.socket.get(), SOL_SOCKET, SO_ERROR, &error, &size_bytes), "getsockopt");
      here.connected = -error;
    }
    const std::int64_t result = here.connected;
    if (result < 0) here = End();
    return result;
  }
  if (call == Call::recv) {
    if (!is_ready(here.socket, POLLIN)) return std::nullopt;
    return unless_waiting(recv(on, here.incoming));
  }
  if (here.sent) return std::exchange(here.sent, std::nullopt);
  if (!is_ready(here.socket, POLLOUT)) return std::nullopt;
  return unless_waiting(send(on, here.outgoing));
}

/// Nothing is in flight in the kernel.
std::int64_t KernelWorld::cancel(Call, int) { return -EAGAIN; }

}  // namespace rill::differential
