// What Bluelet's README says of its echo server, and what its demos show, as tests of Rill: on the
// simulated network, where time can be looked at, and the echo servers on real sockets too.
#include "lessons/echo/echo.h"
#include "net/backends.h"
#include "scheduler/api.h"
#include "simnet/network.h"
#include "tests/lessons/echo/visit.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

/// The README's first version: one connection at a time, like the sequential Python program.
Task<> plain_server(Listener& listener) {
  for (;;) {
    Connection connection = co_await listener.accept();
    for (;;) {
      const std::string data = co_await connection.recv(1024);
      if (data.empty()) break;
      co_await connection.sendall(data);
    }
  }
}

/// The README's last version: a task for each connection.
Task<> concurrent_server(Listener& listener) {
  Group handlers;
  for (;;) {
    Connection connection = co_await listener.accept();
    handlers.spawn(lesson::echoer, std::move(connection));
  }
}

/// A client that thinks for a second before it leaves.
Task<> slow_client(Address to, Duration& served_after) {
  Connection connection = co_await connect(to);
  co_await connection.sendall("hello\n");
  const std::string answer = co_await connection.readline();
  CHECK(answer == "hello\n");
  served_after = now() - Instant{};
  co_await sleep(1_s);
}

/// When each of three slow clients that come together had its answer.
std::vector<Duration> answer_times(Task<> (*serve)(Listener&)) {
  simnet::Network network;
  std::vector<Duration> times(3);
  const auto scenario = [&]() -> Task<> {
    Listener listener("127.0.0.1", 4915);
    TaskRef server = spawn(serve(listener));
    Group clients;
    for (Duration& time : times) clients.spawn(slow_client(listener.address(), time));
    co_await clients.wait();
    co_await kill(server);
  };
  run(scenario(), network);
  return times;
}

TEST_CASE("the plain echo server keeps the second client waiting until the first has left") {
  const std::vector<Duration> times = answer_times(plain_server);
  CHECK(times[0] < 10_ms);
  CHECK(times[1] >= 1_s);
  CHECK(times[2] >= 2_s);
}

TEST_CASE("the coroutine echo server looks sequential and acts concurrent") {
  for (const Duration time : answer_times(concurrent_server)) CHECK(time < 10_ms);
}

/// bluelet.run(bluelet.server('', 4915, echoer)), and one client.
Task<std::string> serve_and_visit(std::uint16_t port) {
  Listener listener("", port);  // '' is every address
  Address address = listener.address();
  address = Address::loopback_ipv4(address.port);
  TaskRef serving = spawn(server(std::move(listener), lesson::echoer));
  const std::string answer = co_await talk(address, {"one\n", "two\n"});
  co_await kill(serving);
  co_return answer;
}

TEST_CASE("server('', port, echoer) is all of an echo server, in both worlds") {
  simnet::Network network;
  CHECK(run(serve_and_visit(4915), network) == "one\ntwo\n");
  const std::unique_ptr<Backend> real = make_backend(kUsualBackend);
  CHECK(run(serve_and_visit(0), *real) == "one\ntwo\n");
}

TEST_CASE("run() gives back the root's value, as end(42) left it") {
  const auto child = []() -> Task<int> {
    co_await null();
    co_await end(42);
    FAIL("end() does not return");
    co_return 0;
  };
  const auto parent = [&]() -> Task<int> {
    co_await null();
    const int result = co_await call(child());
    co_return result;
  };
  simnet::Network network;
  CHECK(run(parent(), network) == 42);
}

TEST_CASE("an exception of a called coroutine is caught at the call, in a spawned task too") {
  bool is_caught = false;
  const auto exc_child = []() -> Task<> {
    co_await null();
    throw std::runtime_error("from the child");
  };
  const auto exc_parent = [&]() -> Task<> {
    try {
      co_await call(exc_child());
    } catch (const std::runtime_error&) {
      is_caught = true;
    }
  };
  const auto exc_grandparent = [&]() -> Task<> {
    spawn(exc_parent());
    co_return;
  };
  simnet::Network network;
  run(exc_grandparent(), network);  // returns when the spawned task has ended too
  CHECK(is_caught);
}

TEST_CASE("sleepers of 0, 1, 3 and 5 seconds wake in that order, and all take 5 seconds") {
  std::vector<int> woken;
  const auto sleepy = [&]() -> Task<Duration> {
    Group sleepers;
    for (const int length : {5, 3, 1, 0}) {
      sleepers.spawn([&woken, length]() -> Task<> {
        co_await sleep(seconds(length));
        woken.push_back(length);
      });
    }
    co_await sleepers.wait();
    co_return now() - Instant{};
  };
  simnet::Network network;
  CHECK(run(sleepy(), network) == 5_s);
  CHECK(woken == std::vector<int>{0, 1, 3, 5});
}

TEST_CASE("a listener, a spawned accept and a connect make a pair of connected ends") {
  const auto channel = []() -> Task<std::string> {
    Listener listener("127.0.0.1", 4915);
    std::optional<Connection> accepted;
    TaskRef accepting = spawn([&]() -> Task<> {
      Connection connection = co_await listener.accept();
      accepted.emplace(std::move(connection));
    });
    Connection connected = co_await connect("127.0.0.1", 4915);
    co_await join(accepting);
    co_await accepted->sendall("hello!|[1, 2]|");
    const std::string first = co_await connected.readline("|");
    const std::string second = co_await connected.readline("|");
    co_return first + second;
  };
  simnet::Network network;
  CHECK(run(channel(), network) == "hello!|[1, 2]|");
}

}  // namespace
}  // namespace rill::testing
