// Semantics 5, time: exact, in order, ties by arming; timeout() as a timer that owns a sub-chain;
// and runs in which time never comes.
#include <chrono>
#include <optional>

#include "tests/scheduler/support.h"

using namespace rill;
using namespace rill::testing;

namespace {

Task<> note_after(Log& log, Duration delay, std::string line) {
  co_await sleep(delay);
  log(line);
}

Task<int> answer_after(Duration delay) {
  co_await sleep(delay);
  co_return 42;
}

Task<int> fail_after(Duration delay) {
  co_await sleep(delay);
  throw std::runtime_error("boom");
}

}  // namespace

TEST_CASE("sleeps end at their deadlines, exactly, in order", "[time]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    for (const int ms : {30, 10, 20}) {
      spawn(note_after, std::ref(out), milliseconds(ms), std::to_string(ms));
    }
    co_await sleep(25_ms);
    CHECK(now().ns == (25_ms).ns);
    co_await sleep(std::chrono::milliseconds(10));
    CHECK(now().ns == (35_ms).ns);
    out("end");
  };
  run_alone(program(log));
  CHECK(log.take() == "10, 20, 30, end");
}

TEST_CASE("equal deadlines end in the order of arming", "[time]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    for (int i = 0; i < 20; ++i) {
      spawn(note_after, std::ref(out), 1_s, std::string(1, static_cast<char>('a' + i)));
    }
    co_await note_after(out, 1_s, "root");
  };
  run_alone(program(log));
  // The root's first step runs on into its sleep, before the children's.
  CHECK(log.take() == "root, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t");
}

TEST_CASE("of equal deadlines the one that was armed earlier ends first, whoever asked", "[time]") {
  Log log;
  const auto twice = [](Log& out, Duration first, Duration second, std::string line) -> Task<> {
    co_await sleep(first);
    co_await sleep(second);
    out(std::move(line));
  };
  const auto program = [twice](Log& out) -> Task<> {
    spawn(twice, std::ref(out), 500_us, 500_us, std::string("armed last"));
    spawn(twice, std::ref(out), 400_us, 600_us, std::string("armed second"));
    spawn(twice, std::ref(out), 300_us, 700_us, std::string("armed first"));
    co_return;
  };
  run_alone(program(log));
  CHECK(log.take() == "armed first, armed second, armed last");
}

TEST_CASE("a timeout gives the value of what ends in time, and its exception", "[timeout]") {
  const auto program = []() -> Task<> {
    const std::optional<int> value = co_await timeout(2_ms, answer_after(1_ms));
    CHECK(value == 42);
    CHECK(now().ns == (1_ms).ns);
    const Outcome outcome = co_await timeout(1_ms, []() -> Task<> { co_return; }());
    CHECK(outcome == Outcome::finished);
    std::string caught;
    try {
      co_await timeout(2_ms, fail_after(1_ms));
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    CHECK(caught == "boom");
    CHECK(now().ns == (2_ms).ns);  // no timer was waited for
  };
  run_alone(program());
}

TEST_CASE("a timeout destroys only what is below it", "[timeout]") {
  Log log;
  const auto middle = [](Log& out) -> Task<> {
    const Guard guard(out, "middle");
    const Outcome outcome = co_await timeout(1_ms, park(out, "below"));
    CHECK(outcome == Outcome::timed_out);
    out("caller goes on");
    co_await sleep(1_ms);
  };
  run_alone(middle(log));
  CHECK(log.take() == "~below, caller goes on, ~middle");
}

TEST_CASE("of nested timeouts the outer takes the inner along", "[timeout]") {
  Log log;
  const auto inner = [](Log& out) -> Task<> {
    const Guard guard(out, "inner");
    co_await timeout(5_ms, park(out, "parked"));
    out("never");
  };
  const auto program = [inner](Log& out) -> Task<> {
    co_await timeout(5_ms, inner(out));  // armed first, so it fires first
    out("outer");
    co_await sleep(10_ms);
  };
  run_alone(program(log));
  CHECK(log.take() == "~parked, ~inner, outer");
}

TEST_CASE("a task that would end exactly at the deadline has missed it", "[timeout]") {
  const auto program = []() -> Task<> {
    const std::optional<int> late = co_await timeout(5_ms, answer_after(5_ms));
    CHECK_FALSE(late);
    const std::optional<int> at_once = co_await timeout(Duration(), answer_after(1_ms));
    CHECK_FALSE(at_once);
    CHECK(now().ns == (5_ms).ns);
    const auto immediate = []() -> Task<int> { co_return 1; };
    const std::optional<int> never_waited = co_await timeout(Duration(), immediate());
    CHECK(never_waited == 1);
  };
  run_alone(program());
}

TEST_CASE("a timeout that fires when its task is ready already still destroys the child",
          "[timeout]") {
  Log log;
  const auto child = [](Log& out, Event& event) -> Task<> {
    const Guard guard(out, "child");
    co_await event.wait();
    out("too late");
  };
  const auto program = [child](Log& out) -> Task<> {
    Event event;
    // At 1 ms this wakes the child; the timeout's timer, armed later, fires at the same moment.
    spawn([&event]() -> Task<> {
      co_await sleep(1_ms);
      event.set();
    });
    co_await null();
    const Outcome outcome = co_await timeout(1_ms, child(out, event));
    CHECK(outcome == Outcome::timed_out);
  };
  run_alone(program(log));
  CHECK(log.take() == "~child");
}

TEST_CASE("a sleep without end is a deadlock, not a busy loop", "[time][deadlock]") {
  const auto program = []() -> Task<> { co_await sleep(Duration(INT64_MAX)); };
  CHECK_THROWS_AS(run_alone(program()), Deadlock);
}

TEST_CASE("steps without end at one instant are reported", "[time]") {
  const auto spinner = []() -> Task<> {
    co_await sleep(1_ms);
    for (;;) co_await null();
  };
  const auto error = message_of([&] { run_alone(spinner(), {.most_steps_at_one_instant = 1000}); });
  CHECK_THAT(error, contains("no progress: 10"));
  CHECK_THAT(error, contains("#1 'main' is ready\n      in lambda  tests/scheduler/time_test.cc:"));
  // A program that waits now and then may take as many steps as it likes.
  const auto patient = []() -> Task<> {
    for (int i = 0; i < 50; ++i) {
      for (int k = 0; k < 500; ++k) co_await null();
      co_await sleep(1_ms);
    }
  };
  CHECK_NOTHROW(run_alone(patient(), {.most_steps_at_one_instant = 1000}));
}

TEST_CASE("ready tasks cannot starve timers", "[time]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    bool done = false;
    spawn([&done]() -> Task<> {
      co_await sleep(1_ms);
      done = true;
    });
    while (!done) co_await null();
    out("done");
  };
  FakeBackend backend;
  backend.passes_per_wait = 1_us;
  run(program(log), backend);
  CHECK(log.take() == "done");
}
