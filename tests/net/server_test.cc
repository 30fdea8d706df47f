// server() where accept fails: what passes is waited out, to the nanosecond, and what lasts ends it
// with a sentence.
#include "net/server.h"

#include "net/connect.h"
#include "tests/client/failing_backend.h"
#include "tests/simnet/planned.h"

namespace rill::simnet {
namespace {

constexpr std::uint64_t kAccepts = listener_key("server", kPort);

Task<> echo(Connection connection) {
  for (;;) {
    const std::string data = co_await connection.recv(100);
    if (data.empty()) co_return;
    co_await connection.sendall(data);
  }
}

struct Answer {
  std::string line;  ///< or the error
  Duration took;
};

/// A client that connects, and says a line at once.
Task<> ask(Address to, Answer& answer) {
  const Instant start = now();
  try {
    Connection connection = co_await connect(to);
    co_await connection.sendall("hello\n");
    const std::string line = co_await connection.readline();
    answer.line = line;
  } catch (const NetError& error) {
    answer.line = error.code().message();
  }
  answer.took = now() - start;
}

/// A server on one host of a pair, and what clients on the other one hear of it.
struct World {
  explicit World(Pair& p) : pair(p), address(p.network.address(p.server, kPort)) {}
  TaskRef start() {
    return spawn_on(pair.server, [this] { return server("", kPort, echo, &statistics); });
  }
  Task<Answer> answer() {
    Answer answer;
    const TaskRef client = spawn_on(pair.client, ask(address, answer));
    co_await join(client);
    co_return answer;
  }

  Pair& pair;
  Address address;
  ServerStatistics statistics;
};

// SYN, SYN-ACK, the line with the ACK, the echo: each takes a millisecond.
constexpr Duration kQuick = 4_ms;

TEST_CASE("a connection that is gone before it is accepted ends no server: the next is served") {
  Struck struck(Fault::accept_aborted, kAccepts, 1);
  struck.run([](Pair& pair) -> Task<> {
    World world(pair);
    const TaskRef server = world.start();
    co_await null();
    const Answer lost = co_await world.answer();
    CHECK(lost.line == "Connection reset by peer");
    const Answer next = co_await world.answer();
    CHECK(next.line == "hello\n");
    CHECK(next.took == kQuick);
    CHECK(world.statistics.accepted == 1);
    co_await kill(server);
  }(struck.pair));
  CHECK(struck.pair.network.fault_count(Fault::accept_aborted) == 1);
}

TEST_CASE("who comes when an accept fails for want of a descriptor is served 100 ms later") {
  Struck struck(Fault::accept_emfile, kAccepts, 1);
  struck.run([](Pair& pair) -> Task<> {
    World world(pair);
    const TaskRef server = world.start();
    co_await null();
    const Answer answer = co_await world.answer();
    CHECK(answer.line == "hello\n");
    CHECK(answer.took == kQuick + 100_ms);
    co_await kill(server);
  }(struck.pair));
  CHECK(struck.pair.network.fault_count(Fault::accept_emfile) == 1);
}

/// A pair of which the server may have so many sockets.
struct Poor {
  explicit Poor(std::uint32_t most_descriptors) {
    HostOptions options;
    options.most_descriptors = most_descriptors;
    pair.network.set_host(pair.server, options);
  }
  Pair pair;
};

TEST_CASE("a server outlasts any shortage, and turns nobody away") {
  Poor poor(2);  // the listener, and one connection
  poor.pair.run([](Pair& pair) -> Task<> {
    World world(pair);
    const TaskRef server = world.start();
    co_await null();
    Connection first = co_await connect(world.address);
    Answer answer;
    const TaskRef second = spawn_on(pair.client, ask(world.address, answer));
    co_await sleep(seconds(3600));
    first.close();
    co_await join(second);
    CHECK(answer.line == "hello\n");
    CHECK(answer.took > seconds(3600));
    CHECK(answer.took < seconds(3600) + 110_ms);
    CHECK(world.statistics.accepted == 2);
    co_await kill(server);
  }(poor.pair));
}

TEST_CASE(
    "killed while it waits for a descriptor, a server is gone at once, and its port is free") {
  Poor poor(1);
  poor.pair.run([](Pair& pair) -> Task<> {
    World world(pair);
    const TaskRef server = world.start();
    co_await null();
    Answer answer;
    const TaskRef client = spawn_on(pair.client, ask(world.address, answer));
    co_await sleep(50_ms);
    co_await kill(server);
    CHECK(pair.elapsed() == 50_ms);
    CHECK(pair.network.open_sockets(pair.server) == 0);
    const TaskRef successor = world.start();
    co_await null();
    co_await join(client);
    CHECK(answer.line == "Connection reset by peer");
    CHECK(answer.took == 51_ms);
    co_await kill(successor);
  }(poor.pair));
}

/// What becomes of a server whose first accept ends with `error`.
struct Fate {
  Answer answer;           ///< that a client got
  std::string last_words;  ///< of the server, if it ended by itself
};

Fate first_accept_fails(int error) {
  Pair pair;
  testing::FailingBackend backend(pair.network, pair.server, 1, [error](OpKind) { return -error; });
  Fate fate;
  const auto listen_for_the_end = [](TaskRef server, Fate& fate) -> Task<> {
    try {
      co_await join(server);
    } catch (const NetError& last) {
      fate.last_words = last.what();
    }
  };
  const auto scenario = [&]() -> Task<> {
    World world(pair);
    const TaskRef server = world.start();
    const TaskRef listening = spawn(listen_for_the_end(server, fate));
    co_await null();
    fate.answer = co_await world.answer();
    co_await kill(server);
    co_await join(listening);
  };
  run(scenario(), backend);
  CHECK(backend.has_struck());
  CHECK(pair.network.open_sockets() == 0);
  return fate;
}

TEST_CASE("errors of one connection cost one step, a shortage 100 ms") {
  for (const int error : {ECONNABORTED, EINTR, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN,
                          ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH}) {
    const Answer answer = first_accept_fails(error).answer;
    CAPTURE(error);
    CHECK(answer.line == "hello\n");
    CHECK(answer.took == kQuick);
  }
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOSPC}) {
    const Answer answer = first_accept_fails(error).answer;
    CAPTURE(error);
    CHECK(answer.line == "hello\n");
    CHECK(answer.took == 100_ms + 1_ms);
  }
}

TEST_CASE("an error of the listener ends the server with a sentence that names both") {
  CHECK(first_accept_fails(EINVAL).last_words ==
        "accept on 0.0.0.0:7 in task #2 'server': Invalid argument");
  for (const int error : {EBADF, EFAULT, ENOTSOCK, ECANCELED, EIO}) {
    CHECK(first_accept_fails(error).last_words.starts_with(
        "accept on 0.0.0.0:7 in task #2 'server': "));
  }
}

}  // namespace
}  // namespace rill::simnet
