// Time, joins, and what a run does when nobody can go on.
#include "tests/tasks/fake_backend.h"

namespace rill::testing {
namespace {

using Log = std::vector<std::string>;

TEST_CASE("spawn lets the parent go on first; children run in the order of spawning") {
  Log log;
  run_alone([](Log& l) -> Task<> {
    for (const char* name : {"a", "b"}) {
      spawn(
          [](Log& inner, std::string n) -> Task<> {
            inner.push_back(n);
            co_return;
          },
          std::ref(l), std::string(name));
    }
    l.push_back("parent");
    co_await null();
  }(log));
  CHECK(log == Log{"parent", "a", "b"});
}

TEST_CASE("timers with equal deadlines fire in the order in which they were armed") {
  Log log;
  run_alone([](Log& l) -> Task<> {
    for (int i = 0; i < 20; ++i) {
      spawn(
          [](Log& inner, int n) -> Task<> {
            co_await sleep(microseconds(n % 2 == 0 ? 500 : 400));
            co_await sleep(microseconds(n % 2 == 0 ? 500 : 600));
            inner.push_back(std::to_string(n));
          },
          std::ref(l), i);
    }
    co_return;
  }(log));
  // All end at 1 ms. The odd ones armed their second timer earlier.
  Log expected;
  for (int i = 1; i < 20; i += 2) expected.push_back(std::to_string(i));
  for (int i = 0; i < 20; i += 2) expected.push_back(std::to_string(i));
  CHECK(log == expected);
}

TEST_CASE("join of a finished task returns at once, and says finished") {
  run_alone([]() -> Task<> {
    TaskRef done = spawn([]() -> Task<> { co_return; });
    co_await sleep(1_ms);
    const Outcome outcome = co_await join(done);
    CHECK(outcome == Outcome::finished);
    CHECK(now().ns == (1_ms).ns);
  }());
}

TEST_CASE("timeout gives the value in time, nothing when late, and the deadline wins a tie") {
  run_alone([]() -> Task<> {
    const auto value_after = [](Duration delay) -> Task<int> {
      co_await sleep(delay);
      co_return 42;
    };
    const std::optional<int> in_time = co_await timeout(2_ms, value_after(1_ms));
    CHECK(in_time == 42);
    const std::optional<int> late = co_await timeout(2_ms, value_after(3_ms));
    CHECK(!late);
    const std::optional<int> tie = co_await timeout(2_ms, value_after(2_ms));
    CHECK(!tie);
    CHECK(now().ns == (5_ms).ns);
  }());
}

TEST_CASE("end finishes the current coroutine from anywhere, without an exception") {
  Log log;
  run_alone([](Log& l) -> Task<> {
    const auto ends = [](Log& inner) -> Task<int> {
      const Witness witness(inner, "local");
      for (;;) co_await end(7);
    };
    const int value = co_await ends(l);
    CHECK(value == 7);
    CHECK(l == Log{"local"});
    const auto ends_void = []() -> Task<> { co_await end(); };
    co_await call(ends_void());
  }(log));
}

TEST_CASE("run returns when all tasks have ended, not just the root") {
  Log log;
  run_alone([](Log& l) -> Task<> {
    spawn(
        [](Log& inner) -> Task<> {
          co_await sleep(1_s);
          inner.push_back("child");
        },
        std::ref(l));
    co_return;
  }(log));
  CHECK(log == Log{"child"});
}

Task<> locks(Semaphore& first, Semaphore& second) {
  const Semaphore::Permit one = co_await first.acquire();
  co_await sleep(1_ms);
  const Semaphore::Permit two = co_await second.acquire();
}

Task<> both_orders() {
  Semaphore a(1);
  Semaphore b(1);
  TaskRef alice = spawn(locks, std::ref(a), std::ref(b)).named("alice");
  TaskRef bob = spawn(locks, std::ref(b), std::ref(a)).named("bob");
  co_await join(alice);
}

TEST_CASE("all blocked is a report: who waits for what, where, and the cycle") {
  try {
    run_alone(both_orders());
    FAIL("no deadlock was reported");
  } catch (const Deadlock& deadlock) {
    const std::string report = deadlock.what();
    INFO(report);
    CHECK_THAT(report, contains("deadlock: 3 tasks wait"));
    CHECK_THAT(report, contains("#1 'main' waits for join of #2 'alice'"));
    CHECK_THAT(report, contains("in both_orders  "));
    CHECK_THAT(report, contains("waiting_test.cc:"));
    CHECK_THAT(report, contains("the cycle: #2 'alice' -> #3 'bob' -> #2 'alice'"));
    REQUIRE(deadlock.tasks().size() == 3);
    CHECK(deadlock.tasks()[1].chain.at(0).function == "locks");
    CHECK(deadlock.tasks()[1].chain.at(0).line > 0);
    CHECK(deadlock.cycle() == std::vector<TaskId>{2, 3});
  }
}

TEST_CASE("servers without work are a deadlock, unless idle_is_ok") {
  struct Service final : Operation<AcceptOp> {
    std::int64_t await_resume() { return consume(); }
    WaitReport report() const override { return {"accept", {}, true}; }
  };
  const auto serve = []() -> Task<> { co_await Service(); };
  CHECK_THROWS_AS(run_alone(serve()), Deadlock);
  run_alone(serve(), {.idle_is_ok = true});
}

TEST_CASE("a loop that awaits but never waits is found") {
  const auto spin = []() -> Task<> {
    for (;;) co_await null();
  };
  CHECK_THROWS_AS(run_alone(spin(), {.most_steps_at_one_instant = 1000}), NoProgress);
}

TEST_CASE("the task table shows every task, what it waits for, and where") {
  run_alone([]() -> Task<> {
    spawn([]() -> Task<> { co_await sleep(1_s); }).named("napper");
    co_await null();
    const std::string table = dump_tasks();
    CHECK_THAT(table, contains("2 tasks"));
    CHECK_THAT(table, contains("'napper' waits for sleep of 1.000 s"));
    CHECK_THAT(table, contains("waiting_test.cc:"));
  }());
}

}  // namespace
}  // namespace rill::testing
