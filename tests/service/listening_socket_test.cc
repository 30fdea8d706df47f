// Sockets that listen before there is a scheduler: shared by workers, but never by two servers that
// do not know of each other; and what is refused of those that others opened.
#include "net/service/listening_socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <thread>

#include "net/net_error.h"
#include "net/posix/socket_address.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

int error_of_listening(const Address& at, unsigned count) {
  try {
    listen_shared(at, count);
    return 0;
  } catch (const NetError& error) {
    return error.error();
  }
}

/// Listens as a program does that thinks of itself only.
ListeningSocket plain(bool has_reuse_port) {
  ListeningSocket made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  setsockopt(made.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (has_reuse_port) setsockopt(made.fd(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(bind(made.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(listen(made.fd(), 8) == 0);
  return made;
}

TEST_CASE("port 0 becomes one port for all") {
  const std::vector<ListeningSocket> sockets = listen_shared(Address::loopback_ipv4(0), 3);
  REQUIRE(sockets.size() == 3);
  CHECK(sockets[0].address().port != 0);
  CHECK(sockets[1].address() == sockets[0].address());
  CHECK(sockets[2].address() == sockets[0].address());
}

TEST_CASE("a second server on the port is refused, however many workers either has") {
  for (const unsigned first : {1U, 2U}) {
    const std::vector<ListeningSocket> sockets = listen_shared(Address::loopback_ipv4(0), first);
    const std::uint16_t port = sockets[0].address().port;
    for (const unsigned second : {1U, 2U}) {
      CHECK(error_of_listening(Address::loopback_ipv4(port), second) == EADDRINUSE);
      CHECK(error_of_listening(Address::any_ipv4(port), second) == EADDRINUSE);
    }
  }
}

TEST_CASE("so is one beside somebody else's listener, with SO_REUSEPORT or without") {
  const ListeningSocket other = plain(GENERATE(false, true));
  CHECK(error_of_listening(other.address(), 2) == EADDRINUSE);
}

TEST_CASE("the port is free again as soon as the sockets are closed") {
  Address at;
  {
    const std::vector<ListeningSocket> sockets = listen_shared(Address::loopback_ipv4(0), 2);
    at = sockets[0].address();
  }
  CHECK(error_of_listening(at, 2) == 0);
}

TEST_CASE("of two servers that start at the same moment one gets the port", "[race]") {
  const std::uint16_t port = listen_shared(Address::loopback_ipv4(0), 1)[0].address().port;
  constexpr int kRounds = 100;
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<int> waiting = 2;
    std::atomic<int> tried = 0;
    std::atomic<int> winners = 0;
    const auto start = [&] {
      --waiting;
      while (waiting > 0) continue;
      try {
        const auto sockets = listen_shared(Address::loopback_ipv4(port), 2);
        ++winners;
        ++tried;
        while (tried < 2) std::this_thread::yield();  // both have tried before either lets go
      } catch (const NetError& error) {
        CHECK(error.error() == EADDRINUSE);
        ++tried;
      }
    };
    std::thread other(start);
    start();
    other.join();
    REQUIRE(winners == 1);
  }
}

TEST_CASE("a server waits for a port that a killed one leaves late, and not for one that stays") {
  std::vector<ListeningSocket> dying = listen_shared(Address::loopback_ipv4(0), 2);
  const Address at = dying[0].address();
  std::thread end([&dying] {
    usleep(50'000);
    dying.clear();
  });
  wait_for_port(at);
  CHECK(error_of_listening(at, 2) == 0);
  end.join();

  const std::vector<ListeningSocket> staying = listen_shared(Address::loopback_ipv4(0), 1);
  wait_for_port(staying[0].address());
  CHECK(error_of_listening(staying[0].address(), 1) == EADDRINUSE);
}

TEST_CASE("an address that is not ours is an error") {
  CHECK(error_of_listening(*Address::parse("192.0.2.1", 0), 2) == EADDRNOTAVAIL);  // RFC 5737
}

TEST_CASE("an IPv4 peer of a socket for both has its own address") {
  sockaddr_in6 peer{};
  peer.sin6_family = AF_INET6;
  peer.sin6_port = htons(1234);
  const std::uint8_t mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 1};
  std::copy(std::begin(mapped), std::end(mapped), peer.sin6_addr.s6_addr);
  const Address address = address_of(reinterpret_cast<const sockaddr*>(&peer), sizeof peer);
  CHECK(address == Address::ipv4(10, 0, 0, 1, 1234));
  peer.sin6_addr.s6_addr[0] = 0x20;  // and any other is what it is
  CHECK(address_of(reinterpret_cast<const sockaddr*>(&peer), sizeof peer).family ==
        Address::Family::ipv6);
}

/// Whether a connection that came to `listening` before any backend knew of it is bounded, and
/// quick.
bool fits_early_connection(const ListeningSocket& listening) {
  const ListeningSocket client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  SocketAddress at(listening.address());
  REQUIRE(connect(client.fd(), at.get(), at.size_bytes) == 0);
  const ListeningSocket early(accept4(listening.fd(), nullptr, nullptr, SOCK_CLOEXEC));
  int is_quick = 0;
  unsigned most_unsent_bytes = 0;
  socklen_t size_bytes = sizeof is_quick;
  REQUIRE(getsockopt(early.fd(), IPPROTO_TCP, TCP_NODELAY, &is_quick, &size_bytes) == 0);
  REQUIRE(getsockopt(early.fd(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most_unsent_bytes, &size_bytes) ==
          0);
  return is_quick != 0 && most_unsent_bytes != 0 && most_unsent_bytes <= 1 << 20;
}

TEST_CASE("who comes before a worker listens, or the program has started, is bounded as all are") {
  CHECK(fits_early_connection(listen_shared(Address::loopback_ipv4(0), 1)[0]));
  const ListeningSocket passed = plain(false);
  REQUIRE(prepare_inherited(passed.fd()) == 0);
  CHECK(fits_early_connection(passed));
}

TEST_CASE("an inherited socket is made fit, and what is none is refused") {
  const ListeningSocket good = plain(false);
  REQUIRE((fcntl(good.fd(), F_GETFL) & O_NONBLOCK) == 0);
  CHECK(prepare_inherited(good.fd()) == 0);
  CHECK((fcntl(good.fd(), F_GETFL) & O_NONBLOCK) != 0);
  CHECK((fcntl(good.fd(), F_GETFD) & FD_CLOEXEC) != 0);

  const ListeningSocket idle(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const ListeningSocket datagrams(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const ListeningSocket local(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const ListeningSocket file(open("/dev/null", O_RDONLY | O_CLOEXEC));
  CHECK(prepare_inherited(idle.fd()) == EINVAL);
  CHECK(prepare_inherited(datagrams.fd()) == EPROTOTYPE);
  CHECK(prepare_inherited(local.fd()) == EAFNOSUPPORT);
  CHECK(prepare_inherited(file.fd()) == ENOTSOCK);
  CHECK(prepare_inherited(987) == EBADF);
}

}  // namespace
}  // namespace rill::testing
