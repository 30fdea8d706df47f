// Conformance: listening, accepting, connecting, names.
#include "net/epoll/epoll_backend.h"
#include "scheduler/run.h"
#include "simnet/network.h"
#include "tests/conformance/conformance.h"

namespace rill::conformance {
namespace {

RILL_CONFORMANCE("port 0 chooses a port, and says which") {
  Listener listener("127.0.0.1", 0);
  CHECK(listener.address().port != 0);
  CHECK(listener.address().host_text() == "127.0.0.1");
  co_return;
}

RILL_CONFORMANCE("a port that is in use is refused at once") {
  Listener first("127.0.0.1", 0);
  try {
    Listener second("127.0.0.1", first.address().port);
    CHECK(false);
  } catch (const NetError& error) {
    CHECK(error.error() == EADDRINUSE);
    CHECK(error.operation() == "listen");
  }
  co_return;
}

RILL_CONFORMANCE("a closed listener frees its port") {
  Listener first("127.0.0.1", 0);
  const std::uint16_t port = first.address().port;
  first.close();
  Listener second("127.0.0.1", port);
  CHECK(second.address().port == port);
  co_return;
}

RILL_CONFORMANCE("nobody listens: ECONNREFUSED") {
  Listener listener("127.0.0.1", 0);
  const Address gone = listener.address();
  listener.close();
  const int error = co_await error_of(connect_task(gone));
  CHECK(error == ECONNREFUSED);
}

RILL_CONFORMANCE("both ends know each other's addresses") {
  Listener listener("127.0.0.1", 0);
  Connection client = co_await connect(listener.address());
  Connection server = co_await listener.accept();
  CHECK(client.peer() == listener.address());
  CHECK(server.peer() == client.local());
  CHECK(server.local() == client.peer());
}

RILL_CONFORMANCE("connections are accepted in the order in which they came") {
  Listener listener("127.0.0.1", 0);
  std::vector<Connection> clients;
  for (int i = 0; i < 5; ++i) {
    Connection client = co_await connect(listener.address());
    clients.push_back(std::move(client));
  }
  for (const Connection& client : clients) {
    const Connection server = co_await listener.accept();
    CHECK(server.peer() == client.local());
  }
}

RILL_CONFORMANCE("connect completes before accept: the backlog holds it, with its bytes") {
  Listener listener("127.0.0.1", 0);
  Connection client = co_await connect(listener.address());
  co_await client.sendall("early");
  client.shutdown_write();
  co_await sleep(2_ms);
  Connection server = co_await listener.accept();
  const std::string got = co_await recv_all(server);
  CHECK(got == "early");
}

RILL_CONFORMANCE("closing the listener ends an accept with ECANCELED") {
  Listener listener("127.0.0.1", 0);
  Group group;
  int error = 0;
  group.spawn([&]() -> Task<> { error = co_await error_of(accept_task(listener)); });
  co_await sleep(1_ms);
  listener.close();
  co_await group.wait();
  CHECK(error == ECANCELED);
}

RILL_CONFORMANCE("closing the listener resets connections that were not accepted") {
  Listener listener("127.0.0.1", 0);
  Connection client = co_await connect(listener.address());
  listener.close();
  co_await sleep(2_ms);
  const int error = co_await error_of(recv_task(client, 10));
  CHECK(error == ECONNRESET);
}

RILL_CONFORMANCE("localhost has an address, also as a name to connect to") {
  Listener listener("127.0.0.1", 0);
  const std::vector<Address> addresses = co_await resolve("localhost", 80);
  REQUIRE(!addresses.empty());
  CHECK(addresses.front().port == 80);
  Connection client = co_await connect("localhost", listener.address().port);
  CHECK(client.peer().port == listener.address().port);
}

RILL_CONFORMANCE("an address literal needs no lookup") {
  const std::vector<Address> addresses = co_await resolve("10.1.2.3", 4);
  REQUIRE(addresses.size() == 1);
  CHECK(to_string(addresses.front()) == "10.1.2.3:4");
}

RILL_CONFORMANCE("listening on a name is refused with a sentence") {
  try {
    Listener listener("example.org", 80);
    CHECK(false);
  } catch (const NetError& error) {
    CHECK(error.error() == EINVAL);
    CHECK_THAT(error.what(), testing::contains("needs an address"));
  }
  co_return;
}

RILL_CONFORMANCE("IPv6 loopback works like IPv4's") {
  Listener listener("::1", 0);
  Connection client = co_await connect(listener.address());
  Connection server = co_await listener.accept();
  co_await client.sendall("six");
  const std::string got = co_await recv_exactly(server, 3);
  CHECK(got == "six");
  CHECK(client.peer().host_text() == "::1");
}

Task<> shouting_echo(Connection connection) {
  for (;;) {
    std::string line = co_await connection.readline();
    if (line.empty()) co_return;
    if (line == "reset\n") throw NetError("handler", "", ECONNRESET);
    co_await connection.sendall(line);
  }
}

RILL_CONFORMANCE("server serves many at once, and a NetError ends only its own connection") {
  Listener listener("127.0.0.1", 0);
  const Address at = listener.address();
  ServerStatistics statistics;
  Group servers;
  servers.spawn(server(std::move(listener), shouting_echo, &statistics));
  Connection broken = co_await connect(at);
  co_await broken.sendall("reset\n");
  Group clients;
  int served = 0;
  for (int i = 0; i < 20; ++i) {
    clients.spawn([&served, at, i]() -> Task<> {
      Connection connection = co_await connect(at);
      const std::string line = std::to_string(i) + "\n";
      co_await connection.sendall(line);
      const std::string answer = co_await connection.readline();
      CHECK(answer == line);
      ++served;
    });
  }
  co_await clients.wait();
  const std::string end = co_await recv_all(broken);
  CHECK(end.empty());
  CHECK(served == 20);
  CHECK(statistics.accepted == 21);
  CHECK(statistics.net_errors == 1);
  co_await servers.cancel();
}

TEST_CASE("any other exception of a handler fails the run, though its server is in accept") {
  const auto serve = []() -> Task<> {
    Listener listener("127.0.0.1", 0);
    const Address at = listener.address();
    const auto handler = [](Connection connection) -> Task<> {
      co_await connection.recv(1);
      throw std::logic_error("a bug in a handler");
    };
    TaskRef serving = spawn(server(std::move(listener), handler));
    Connection connection = co_await connect(at);
    co_await connection.sendall("x");
    co_await join(serving);
  };
  simnet::Network network;
  CHECK_THROWS_WITH(run(serve(), network), "a bug in a handler");
  EpollBackend real;
  CHECK_THROWS_WITH(run(serve(), real), "a bug in a handler");
}

}  // namespace
}  // namespace rill::conformance
