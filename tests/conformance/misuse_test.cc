// Conformance: one task at a time in each call, and what errors say.
#include "tests/conformance/conformance.h"

namespace rill::conformance {
namespace {

/// While a task called "first" is in a call, "second" makes it too. Gives what "second" is told.
template <class F>
Task<std::string> told_to_second(F call) {
  Group group;
  group.spawn(call).named("first");
  co_await sleep(2_ms);  // so that it is in the call, in any order of tasks
  std::string message;
  const auto tries = [&]() -> Task<> {
    try {
      co_await call();
    } catch (const UsageError& error) {
      message = error.what();
    }
  };
  TaskRef second = group.spawn(tries).named("second");
  co_await join(second);
  co_await group.cancel();
  co_return message;
}

void check_refusal(const std::string& message, const std::string& call, const std::string& on) {
  CHECK_THAT(message, testing::contains(call + " by task #"));
  CHECK_THAT(message, testing::contains("'second' on " + on));
  CHECK_THAT(message, testing::contains("'first' is in the same call"));
}

RILL_CONFORMANCE("a second reader is refused, with both names, and the first one goes on") {
  Pair pair = co_await connected_pair();
  const std::string peer = to_string(pair.client.peer());
  std::string got;
  const auto receive = [&]() -> Task<> { got = co_await pair.client.recv(10); };
  const std::string told = co_await told_to_second(receive);
  check_refusal(told, "recv", "the connection with " + peer);
  co_await pair.server.sendall("for whoever comes");
  co_await receive();
  CHECK(!got.empty());
}

RILL_CONFORMANCE("a second writer is refused, with both names") {
  Pair pair = co_await connected_pair();
  const std::string data = pattern(16 << 20);
  const auto flood = [&]() -> Task<> { co_await pair.client.sendall(data); };
  const std::string told = co_await told_to_second(flood);
  check_refusal(told, "send", "the connection with " + to_string(pair.client.peer()));
}

RILL_CONFORMANCE("a second acceptor is refused, with both names, and the listener goes on") {
  Listener listener("127.0.0.1", 0);
  const auto accept = [&]() -> Task<> { co_await listener.accept(); };
  const std::string told = co_await told_to_second(accept);
  check_refusal(told, "accept", "the listener at " + to_string(listener.address()));
  Connection client = co_await connect(listener.address());
  Connection server = co_await listener.accept();
  CHECK(server.peer() == client.local());
}

RILL_CONFORMANCE("a listener can be moved while another task waits in accept") {
  Listener listener("127.0.0.1", 0);
  Group group;
  bool accepted = false;
  group.spawn([&]() -> Task<> {
    co_await listener.accept();
    accepted = true;
  });
  co_await sleep(1_ms);
  Listener moved = std::move(listener);
  Connection client = co_await connect(moved.address());
  co_await group.wait();
  CHECK(accepted);
  CHECK_THROWS_AS(listener.accept(), UsageError);
  CHECK_THROWS_AS(listener.address(), UsageError);
}

RILL_CONFORMANCE("an error says which call, with whom, in which task, and why") {
  Listener listener("127.0.0.1", 0);
  const Address at = listener.address();
  Connection client = co_await connect(at);
  Connection server = co_await listener.accept();
  listener.close();
  const auto message_in = [](Task<> body) -> Task<std::string> {
    std::string message;
    const auto tries = [&message](Task<> inner) -> Task<> {
      try {
        co_await std::move(inner);
      } catch (const NetError& error) {
        message = error.what();
      }
    };
    TaskRef task = spawn(tries(std::move(body))).named("unlucky");
    co_await join(task);
    co_return message;
  };
  const auto connects = [&]() -> Task<> { co_await connect(at); };
  std::string message = co_await message_in(connects());
  CHECK_THAT(message, testing::contains("connect to " + to_string(at) + " in task #"));
  CHECK_THAT(message, testing::contains("'unlucky': Connection refused"));

  const auto accepts = [&]() -> Task<> { co_await listener.accept(); };
  message = co_await message_in(accepts());
  CHECK_THAT(message, testing::contains("accept on " + to_string(at) + " in task #"));
  CHECK_THAT(message, testing::contains("'unlucky': Bad file descriptor"));

  const std::string peer = to_string(client.peer());
  server.reset();
  const auto receives = [&]() -> Task<> { co_await client.recv(1); };
  message = co_await message_in(receives());
  CHECK_THAT(message, testing::contains("recv from " + peer + " in task #"));
  CHECK_THAT(message, testing::contains("'unlucky': Connection reset by peer"));

  const auto sends = [&]() -> Task<> { co_await client.sendall("x"); };
  message = co_await message_in(sends());
  CHECK_THAT(message, testing::contains("sendall to " + peer + " in task #"));
  CHECK_THAT(message, testing::contains("'unlucky': Broken pipe"));
}

}  // namespace
}  // namespace rill::conformance
