// Event, Channel, Semaphore: order, hand-over, and what a kill between the hand-over and the turn
// of the task does - nothing that was handed over may be lost.
#include <memory>
#include <optional>

#include "tests/scheduler/support.h"

using namespace rill;
using namespace rill::testing;

namespace {

Task<> push_all(Channel<int>& channel, Log& log, int first, int count) {
  for (int i = first; i < first + count; ++i) {
    co_await channel.push(i);
    log("pushed " + std::to_string(i));
  }
}

Task<> pop_one(Channel<int>& channel, Log& log, std::string who) {
  const std::optional<int> value = co_await channel.pop();
  log(who + " got " + (value ? std::to_string(*value) : "nothing"));
}

Task<> hold(Semaphore& semaphore, Log& log, std::string who, Duration length) {
  const Semaphore::Permit permit = co_await semaphore.acquire();
  log(who);
  co_await sleep(length);
}

}  // namespace

TEST_CASE("an event wakes all who wait, lets later ones pass, until it is cleared", "[event]") {
  Log log;
  const auto waiter = [](Event& event, Log& out, std::string who) -> Task<> {
    co_await event.wait();
    out(who);
  };
  const auto program = [waiter](Log& out) -> Task<> {
    Event event;
    spawn(waiter, std::ref(event), std::ref(out), std::string("a"));
    spawn(waiter, std::ref(event), std::ref(out), std::string("b"));
    co_await null();
    CHECK_FALSE(event.is_set());
    event.set();
    co_await waiter(event, out, "root");
    event.clear();
    const Outcome outcome = co_await timeout(1_ms, waiter(event, out, "never"));
    CHECK(outcome == Outcome::timed_out);
  };
  run_alone(program(log));
  CHECK(log.take() == "a, b, root");
}

TEST_CASE("a channel delivers in order, and a full one makes its producer wait", "[channel]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    Channel<int> channel(2);
    Group group;
    group.spawn(push_all, std::ref(channel), std::ref(out), 0, 4);
    co_await sleep(1_ms);
    CHECK(channel.size() == 2);
    for (int i = 0; i < 4; ++i) co_await pop_one(channel, out, "root");
    co_await group.wait();
  };
  run_alone(program(log));
  CHECK(log.take() ==
        "pushed 0, pushed 1, pushed 2, root got 0, pushed 3, root got 1, root got 2, root got 3");
}

TEST_CASE("a channel of capacity 0 is a rendezvous", "[channel]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    Channel<int> channel(0);
    Group group;
    group.spawn(push_all, std::ref(channel), std::ref(out), 7, 1);
    co_await sleep(1_ms);
    out("nobody took it yet");
    co_await pop_one(channel, out, "root");
    co_await group.wait();
  };
  run_alone(program(log));
  CHECK(log.take() == "nobody took it yet, pushed 7, root got 7");
}

TEST_CASE("a closed channel refuses pushes, gives what is left, and then nothing", "[channel]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    Channel<int> channel(1);
    const TaskRef producer = spawn(push_all, std::ref(channel), std::ref(out), 1, 2);
    co_await sleep(1_ms);
    channel.close();
    CHECK(channel.is_closed());
    try {
      co_await join(producer);
    } catch (const ChannelClosed& error) {
      out(error.what());
    }
    co_await pop_one(channel, out, "root");
    co_await pop_one(channel, out, "root");
    std::string caught;
    try {
      co_await channel.push(3);
    } catch (const ChannelClosed&) {
      caught = "refused";
    }
    CHECK(caught == "refused");
  };
  run_alone(program(log));
  CHECK(log.take() ==
        "pushed 1, push() on a channel that was closed, root got 1, root got nothing");
}

TEST_CASE("a value whose pop is killed between delivery and turn goes to the next", "[channel]") {
  Log log;
  const auto program = [](Log& out, bool another) -> Task<> {
    Channel<int> channel(1);
    Group group;
    const TaskRef first =
        group.spawn(pop_one, std::ref(channel), std::ref(out), std::string("1st"));
    if (another) group.spawn(pop_one, std::ref(channel), std::ref(out), std::string("2nd"));
    co_await null();
    // The kill is carried out in the step after the delivery, before the first one's turn.
    group.spawn([&channel, first]() -> Task<> { co_await channel.push(5); });
    spawn([first]() -> Task<> { co_await kill(first); });
    co_await null();
    co_await null();
    if (!another) co_await pop_one(channel, out, "root");
    co_await group.wait();
  };
  run_alone(program(log, true));
  CHECK(log.take() == "2nd got 5");
  run_alone(program(log, false));
  CHECK(log.take() == "root got 5");
}

TEST_CASE("a value whose push was killed before it was taken is not delivered", "[channel]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    Channel<std::unique_ptr<int>> channel(0);
    const TaskRef producer =
        spawn([&channel]() -> Task<> { co_await channel.push(std::make_unique<int>(1)); });
    co_await null();
    co_await kill(producer);
    const auto pop = [&channel, &out]() -> Task<> {
      const std::optional<std::unique_ptr<int>> value = co_await channel.pop();
      out(value ? "got it" : "nothing");
    };
    const Outcome outcome = co_await timeout(1_ms, pop());
    CHECK(outcome == Outcome::timed_out);
  };
  run_alone(program(log));
  CHECK(log.take().empty());
}

TEST_CASE("permits are handed over in the order of asking; a newcomer cannot overtake",
          "[semaphore]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    Semaphore semaphore(2);
    Group group;
    for (const char* who : {"a", "b", "c", "d"}) {
      group.spawn(hold, std::ref(semaphore), std::ref(out), std::string(who), 1_ms);
    }
    co_await sleep(1_ms);  // a and b give theirs back at this moment
    co_await hold(semaphore, out, "newcomer", Duration());
    co_await group.wait();
    CHECK(semaphore.free_permits() == 2);
  };
  run_alone(program(log));
  CHECK(log.take() == "a, b, c, d, newcomer");
}

TEST_CASE("a permit granted to a task that is killed before its turn goes to the next",
          "[semaphore]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    Semaphore lock(1);
    std::optional<Semaphore::Permit> own;
    Semaphore::Permit permit = co_await lock.acquire();
    own.emplace(std::move(permit));
    const TaskRef first = spawn(hold, std::ref(lock), std::ref(out), std::string("1st"), 1_ms);
    const TaskRef second = spawn(hold, std::ref(lock), std::ref(out), std::string("2nd"), 1_ms);
    co_await null();
    own.reset();  // granted to the first, whose turn has not come
    co_await kill(first);
    co_await join(second);
    CHECK(lock.free_permits() == 1);
  };
  run_alone(program(log));
  CHECK(log.take() == "2nd");
}

TEST_CASE("a permit comes back by return, exception and kill, and may be given back early",
          "[semaphore]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    Semaphore lock(1);
    const TaskRef killed = spawn(hold, std::ref(lock), std::ref(out), std::string("killed"), 1_s);
    co_await sleep(1_ms);
    CHECK(lock.free_permits() == 0);
    co_await kill(killed);
    CHECK(lock.free_permits() == 1);
    Semaphore::Permit permit = co_await lock.acquire();
    permit.release();
    permit.release();
    CHECK(lock.free_permits() == 1);
    permit = co_await lock.acquire();
    Semaphore::Permit moved = std::move(permit);
    permit = std::move(moved);
    CHECK(lock.free_permits() == 0);
  };
  run_alone(program(log));
}

TEST_CASE("who waits for something that is destroyed is in a deadlock that says so", "[deadlock]") {
  const auto program = []() -> Task<> {
    auto channel = std::make_unique<Channel<int>>(0);
    auto event = std::make_unique<Event>();
    auto lock = std::make_unique<Semaphore>(0);
    spawn([&dead = *channel]() -> Task<> { co_await dead.pop(); });
    spawn([&dead = *event]() -> Task<> { co_await dead.wait(); });
    spawn([&dead = *lock]() -> Task<> { const auto permit = co_await dead.acquire(); });
    co_await null();
  };
  const std::string report = message_of([&] { run_alone(program()); });
  CHECK_THAT(report, contains("waits for a value from a channel that was destroyed"));
  CHECK_THAT(report, contains("waits for an event that was destroyed"));
  CHECK_THAT(report, contains("waits for a permit of a semaphore that was destroyed"));
}
