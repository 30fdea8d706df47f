// connect on real sockets: success, refusal, late errors, cancellation, and listening.
#include <sys/resource.h>

#include <vector>

#include "tests/real/workbench.h"

namespace rill::testing {
namespace {

/// A listener whose backlog is full: the next connect gets no answer before somebody accepts.
struct DeafListener {
  DeafListener() {
    for (;;) {
      const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      waiting.emplace_back(fd);
      SocketAddress to(listener.address());
      ::connect(fd, to.get(), to.size_bytes);
      pollfd look{.fd = fd, .events = POLLOUT, .revents = 0};
      if (::poll(&look, 1, 50) == 0) break;
      REQUIRE(waiting.size() < 100);
    }
    waiting.pop_back();  // it asks again and again, and would come first
  }
  Peer listener = Peer::listen(1);
  std::vector<Peer> waiting;
};

/// A port of the loopback on which nobody listens.
Address dead_port() { return Peer::listen().address(); }

RILL_ON_EACH("A connection has the addresses that the other end sees, IPv4 and IPv6") {
  for (const char* host : {"127.0.0.1", "::1"}) {
    Workbench bench;
    const Listened listened = bench.listen(*Address::parse(host));
    CHECK(listened.bound.host_text() == host);
    CHECK(listened.bound.port != 0);
    ConnectOp connect;
    connect.to = listened.bound;
    AcceptOp accept;
    accept.on = listened.handle;
    bench.start(connect);
    REQUIRE(bench.result(accept) == 0);
    REQUIRE(bench.ends(connect));
    REQUIRE(connect.result == 0);
    CHECK(bench.backend.peer_address(connect.connected) == listened.bound);
    CHECK(bench.backend.local_address(connect.connected) == accept.peer);
    CHECK(bench.backend.peer_address(accept.accepted) == accept.peer);
    CHECK(bench.backend.local_address(accept.accepted) == listened.bound);
    CHECK(bench.send(connect.connected, "hi") == 2);
    CHECK(bench.recv(accept.accepted) == "hi");
  }
}

RILL_ON_EACH("A dead port refuses, and no descriptor is left") {
  Workbench bench;
  const Address nobody = dead_port();
  const int descriptors = open_descriptors();
  ConnectOp connect;
  connect.to = nobody;
  CHECK(bench.result(connect) == -ECONNREFUSED);
  CHECK(open_descriptors() == descriptors);
  ConnectOp nowhere;
  CHECK(bench.result(nowhere) == -EAFNOSUPPORT);
}

RILL_ON_EACH("A connect that is not answered waits, without a system call; cancelled, it is gone") {
  Workbench bench;
  const DeafListener deaf;
  const int descriptors = open_descriptors();
  ConnectOp connect;
  connect.to = deaf.listener.address();
  bench.start(connect);
  call_log = {};
  for (int i = 0; i < 3; ++i) bench.turn(milliseconds(5));
  CHECK(connect.state == Op::State::in_flight);
  CHECK(call_log.count(Call::getsockopt) == 0);
  bench.cancel(connect);
  CHECK(connect.result == -ECANCELED);
  CHECK(open_descriptors() == descriptors);
}

RILL_ON_EACH("A connect that is answered late succeeds then") {
  Workbench bench;
  DeafListener deaf;
  ConnectOp connect;
  connect.to = deaf.listener.address();
  bench.start(connect);
  REQUIRE(connect.state == Op::State::in_flight);
  for (std::size_t i = 0; i < deaf.waiting.size(); ++i) deaf.listener.accept();
  REQUIRE(bench.ends(connect));  // at the SYN's first repetition, after a second
  CHECK(connect.result == 0);
  CHECK(bench.send(connect.connected, "late") == 4);
}

RILL_ON_EACH("A connect interrupted by a signal goes on") {
  Workbench bench;
  const Peer listener = Peer::listen();
  ConnectOp connect;
  connect.to = listener.address();
  // As the kernel does it: the handshake has begun when the call reports EINTR.
  Syscalls syscalls = kFaultySyscalls;
  syscalls.connect = [](int fd, const sockaddr* to, socklen_t size_bytes) {
    ::connect(fd, to, size_bytes);
    errno = EINTR;
    return -1;
  };
  Workbench interrupted({.syscalls = &syscalls, .names = {}});
  REQUIRE(interrupted.result(connect) == 0);
  CHECK(interrupted.send(connect.connected, "x") == 1);
}

RILL_ON_EACH("An error that the kernel delivers late ends the connect") {
  Syscalls syscalls = kFaultySyscalls;
  syscalls.connect = [](int fd, const sockaddr* to, socklen_t size_bytes) {
    if (::connect(fd, to, size_bytes) < 0 && errno == ECONNREFUSED) {
      // Loopback refuses within the call; a distant host would do so later. Ask again, since the
      // first answer has taken the error from the socket.
      errno = EINPROGRESS;
    }
    return -1;
  };
  syscalls.getsockopt = [](int, int, int, void* value, socklen_t*) {
    *static_cast<int*>(value) = EHOSTUNREACH;
    return 0;
  };
  Workbench bench({.syscalls = &syscalls, .names = {}});
  const Address nobody = dead_port();
  const int descriptors = open_descriptors();
  ConnectOp connect;
  connect.to = nobody;
  CHECK(bench.result(connect) == -EHOSTUNREACH);
  CHECK(open_descriptors() == descriptors);
}

RILL_ON_EACH("Bytes and the end of the stream are not lost when they come before connect is seen") {
  Workbench bench;
  DeafListener deaf;  // so that the connect has to wait, and is registered
  ConnectOp connect;
  connect.to = deaf.listener.address();
  bench.start(connect);
  REQUIRE(connect.state == Op::State::in_flight);
  std::vector<Peer> accepted;
  for (std::size_t i = 0; i < deaf.waiting.size(); ++i) {
    accepted.push_back(deaf.listener.accept());
  }
  Peer quick = deaf.listener.accept();
  quick.send("hello and goodbye");
  quick.close();
  bench.settle();
  REQUIRE(bench.ends(connect));
  REQUIRE(connect.result == 0);
  CHECK(bench.recv(connect.connected) == "hello and goodbye");
  CHECK(bench.recv(connect.connected).empty());
}

RILL_ON_EACH("A connect that meets itself is refused") {
  Syscalls syscalls = kFaultySyscalls;
  // What chance does once in 28,000 connects to a dead port above 32768: the same port on our side.
  syscalls.connect = [](int fd, const sockaddr* to, socklen_t size_bytes) {
    ::bind(fd, to, size_bytes);
    return ::connect(fd, to, size_bytes);
  };
  Workbench bench({.syscalls = &syscalls, .names = {}});
  const Address nobody = dead_port();
  const int descriptors = open_descriptors();
  ConnectOp connect;
  connect.to = nobody;
  CHECK(bench.result(connect) == -ECONNREFUSED);
  CHECK(open_descriptors() == descriptors);
}

RILL_ON_EACH("Listening says why it cannot") {
  Workbench bench;
  const Listened first = bench.listen();
  const int descriptors = open_descriptors();
  CHECK(bench.backend.listen(0, first.bound, {}).error == EADDRINUSE);
  CHECK(bench.backend.listen(0, Address::ipv4(192, 0, 2, 1), {}).error == EADDRNOTAVAIL);
  CHECK(bench.backend.listen(0, Address{}, {}).error == EAFNOSUPPORT);
  CHECK(open_descriptors() == descriptors);
}

RILL_ON_EACH("A port can be listened on again while its old connections live") {
  Workbench bench;
  const Listened first = bench.listen();
  const Peer peer = Peer::connect(first.bound);
  AcceptOp accept;
  accept.on = first.handle;
  REQUIRE(bench.result(accept) == 0);
  bench.backend.close(accept.accepted);  // our side closes first: TIME_WAIT is ours
  bench.backend.close(first.handle);
  CHECK(bench.backend.listen(0, first.bound, {}).error == 0);
}

RILL_ON_EACH("Several listeners share a port only if all say so") {
  Workbench bench;
  const Listened first = bench.listen(Address::loopback_ipv4(), {.reuse_port = true});
  CHECK(bench.backend.listen(0, first.bound, {.reuse_port = true}).error == 0);
  CHECK(bench.backend.listen(0, first.bound, {}).error == EADDRINUSE);
}

RILL_ON_EACH("An IPv6 listener on :: leaves the IPv4 port alone") {
  Workbench bench;
  const Listened ipv6 = bench.listen(*Address::parse("::"));
  CHECK(bench.backend.listen(0, Address::any_ipv4(ipv6.bound.port), {}).error == 0);
}

}  // namespace
}  // namespace rill::testing
