// Conformance: kill and timeout in the middle of network calls. Nothing may leak, nothing may be
// lost that had arrived, and nobody else may be disturbed.
#include "tests/conformance/conformance.h"

namespace rill::conformance {
namespace {

RILL_CONFORMANCE("a killed recv loses no byte: the next recv gets them") {
  Pair pair = co_await connected_pair();
  for (int round = 0; round < 20; ++round) {
    Group group;
    std::string taken;
    TaskRef reader = group.spawn([&]() -> Task<> { taken = co_await pair.server.recv(100); });
    co_await null();
    co_await pair.client.sendall("x");
    for (int wait = 0; wait < round; ++wait) co_await null();  // let it get further each time
    co_await kill(reader);
    if (taken.empty()) taken = co_await pair.server.recv(100);
    CHECK(taken == "x");
  }
}

RILL_CONFORMANCE("a killed recv_into loses no byte either") {
  Pair pair = co_await connected_pair();
  for (int round = 0; round < 20; ++round) {
    Group group;
    std::size_t taken = 0;
    char memory[8] = {};
    TaskRef reader =
        group.spawn([&]() -> Task<> { taken = co_await pair.server.recv_into(memory); });
    co_await null();
    co_await pair.client.sendall("y");
    for (int wait = 0; wait < round; ++wait) co_await null();
    co_await kill(reader);
    std::string got(memory, taken);
    if (got.empty()) got = co_await pair.server.recv(100);
    CHECK(got == "y");
  }
}

RILL_CONFORMANCE("a timed out readline keeps the half line") {
  Pair pair = co_await connected_pair();
  co_await pair.client.sendall("half ");
  const std::optional<std::string> none = co_await timeout(3_ms, pair.server.readline());
  CHECK(!none);
  co_await pair.client.sendall("line\n");
  const std::string line = co_await pair.server.readline();
  CHECK(line == "half line\n");
}

RILL_CONFORMANCE("kill in mid-sendall leaves a prefix of the message") {
  Pair pair = co_await connected_pair();
  const std::string data = pattern(16 << 20);
  Group group;
  TaskRef sender = group.spawn([&]() -> Task<> { co_await pair.client.sendall(data); });
  co_await sleep(3_ms);
  CHECK(!sender.has_ended());
  co_await kill(sender);
  pair.client.shutdown_write();
  const std::string got = co_await recv_all(pair.server);
  CHECK(got.size() < data.size());
  CHECK((got == data.substr(0, got.size())));
}

RILL_CONFORMANCE("kill of an acceptor leaks no connection, whenever it comes") {
  for (int round = 0; round < 30; ++round) {
    Listener listener("127.0.0.1", 0);
    Group group;
    bool accepted = false;
    TaskRef acceptor = group.spawn([&]() -> Task<> {
      Connection connection = co_await listener.accept();
      accepted = true;
    });
    co_await null();
    TaskRef client = group.spawn([at = listener.address()]() -> Task<> {
      Connection connection = co_await connect(at);
      co_await connection.recv(1);
    });
    for (int wait = 0; wait < round; ++wait) co_await null();
    co_await kill(acceptor);
    co_await kill(client);
  }
}

RILL_CONFORMANCE("kill of a task in connect leaves no socket") {
  Listener listener("127.0.0.1", 0);
  for (int round = 0; round < 10; ++round) {
    Group group;
    TaskRef client = group.spawn([at = listener.address()]() -> Task<> { co_await connect(at); });
    for (int wait = 0; wait < round; ++wait) co_await null();
    co_await kill(client);
  }
}

RILL_CONFORMANCE("a killed task closes its connection: the peer sees the end") {
  Pair pair = co_await connected_pair();
  Group group;
  TaskRef holder = group.spawn([](Connection connection) -> Task<> { co_await connection.recv(1); },
                               std::move(pair.server));
  co_await sleep(1_ms);
  co_await kill(holder);
  const int error = co_await error_of(recv_task(pair.client, 1));
  CHECK(error == (ends_with_goodbye ? ECONNRESET : 0));  // the killed say no goodbye
}

RILL_CONFORMANCE("kill of a reader does not disturb the writer of the same connection") {
  Pair pair = co_await connected_pair();
  const std::string data = pattern(2 << 20);
  Group group;
  TaskRef reader = group.spawn([&]() -> Task<> { co_await pair.client.recv(1); });
  TaskRef writer = group.spawn([&]() -> Task<> {
    co_await pair.client.sendall(data);
    pair.client.shutdown_write();
  });
  co_await null();
  co_await kill(reader);
  const std::string got = co_await recv_all(pair.server);
  CHECK((got == data));
  co_await group.wait();
}

RILL_CONFORMANCE("a connection can be moved while another task waits on it") {
  Pair pair = co_await connected_pair();
  Group group;
  std::string got;
  group.spawn([&]() -> Task<> { got = co_await pair.server.recv(10); });
  co_await sleep(1_ms);
  Connection moved = std::move(pair.server);
  co_await pair.client.sendall("found");
  co_await group.wait();
  CHECK(!got.empty());
  CHECK_THROWS_AS(pair.server.recv(1), UsageError);
}

RILL_CONFORMANCE("timeout on accept leaves the listener usable") {
  Listener listener("127.0.0.1", 0);
  const auto nobody = co_await timeout(2_ms, accept_task(listener));
  CHECK(!nobody);
  Connection client = co_await connect(listener.address());
  Connection server = co_await listener.accept();
  CHECK(server.peer() == client.local());
}

RILL_CONFORMANCE("the end of a run takes everything back, whatever is in flight") {
  // The root returns with tasks in every kind of call; run() must end them all (stop_with_root).
  Listener listener("127.0.0.1", 0);
  const Address at = listener.address();
  spawn(
      [](Listener moved) -> Task<> {
        std::vector<Connection> held;
        for (;;) {
          Connection connection = co_await moved.accept();
          held.push_back(std::move(connection));
        }
      },
      std::move(listener));
  spawn([at]() -> Task<> {
    Connection connection = co_await connect(at);
    co_await connection.recv(1);
  });
  spawn([at]() -> Task<> {
    Connection connection = co_await connect(at);
    const std::string data = pattern(16 << 20);
    co_await connection.sendall(data);
  });
  spawn([]() -> Task<> { co_await sleep(seconds(3600)); });
  co_await sleep(2_ms);
}

}  // namespace
}  // namespace rill::conformance
