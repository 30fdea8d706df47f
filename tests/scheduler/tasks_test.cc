// Semantics 2 and 4 and their surroundings: calls, values, exceptions, end(), spawn and join, and
// what counts as a step. tests/scheduler/kill_test.cc has semantics 1.
#include <memory>
#include <stdexcept>

#include "tests/scheduler/support.h"

using namespace rill;
using namespace rill::testing;

namespace {

Task<int> twice(int n) { co_return 2 * n; }
Task<int> twice_later(int n) {
  co_await null();
  co_return 2 * n;
}
Task<> fail_later(std::string text) {
  co_await null();
  throw std::runtime_error(text);
}

struct MoveOnly {
  std::unique_ptr<int> value;
};
Task<MoveOnly> give(int n) { co_return MoveOnly{std::make_unique<int>(n)}; }

Task<std::string> ends_early(Log& log, bool early) {
  const Guard guard(log, "local");
  if (early) co_await end("early");
  log("went on");
  co_return "late";
}

}  // namespace

TEST_CASE("run gives the root's value, and a call gives the child's", "[task]") {
  CHECK(run_alone([]() -> Task<int> {
          const int a = co_await twice(20);
          const int b = co_await call(twice_later(1));
          co_return a + b;
        }()) == 42);
  CHECK(*run_alone(give(7)).value == 7);
}

TEST_CASE("an exception of an awaited child comes out at the await", "[task]") {
  run_alone([]() -> Task<> {
    std::string caught;
    try {
      co_await fail_later("boom");
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    CHECK(caught == "boom");
  }());
}

TEST_CASE("an exception crosses frames, each of which unwinds", "[task]") {
  Log log;
  const auto middle = [&]() -> Task<> {
    const Guard guard(log, "middle");
    co_await fail_later("boom");
  };
  const auto outer = [&]() -> Task<> {
    const Guard guard(log, "outer");
    co_await middle();
  };
  CHECK_THROWS_WITH(run_alone(outer()), "boom");
  CHECK(log.take() == "~middle, ~outer");
}

TEST_CASE("end(v) finishes the current coroutine from anywhere, without an exception", "[task]") {
  Log log;
  const std::string value = run_alone(ends_early(log, true));
  CHECK(value == "early");
  CHECK(log.take() == "~local");
  run_alone([](Log& log) -> Task<> {
    const std::string nested = co_await ends_early(log, true);
    log(nested);
    const std::string late = co_await ends_early(log, false);
    log(late);
    co_await end();
    log("never");
  }(log));
  CHECK(log.take() == "~local, early, went on, ~local, late");
}

TEST_CASE("end() of a spawned task's root frame destroys its locals as that task", "[task]") {
  std::string who;
  struct Asker {
    std::string* who;
    ~Asker() { *who = self().name(); }
  };
  run_alone([](std::string* who) -> Task<> {
    const TaskRef child = spawn(
                              [](std::string* w) -> Task<> {
                                const Asker asker{w};
                                co_await end();
                              },
                              who)
                              .named("ender");
    const Outcome outcome = co_await join(child);
    CHECK(outcome == Outcome::finished);
  }(&who));
  CHECK(who == "ender");
}

TEST_CASE("after spawn the parent goes on first, and children run in the order of spawning",
          "[spawn]") {
  Log log;
  run_alone([](Log& log) -> Task<> {
    for (const char* name : {"a", "b"}) {
      spawn(
          [](Log& out, std::string line) -> Task<> {
            out(std::move(line));
            co_return;
          },
          std::ref(log), std::string(name));
    }
    log("parent");
    co_await null();
    log("parent again");
  }(log));
  CHECK(log.take() == "parent, a, b, parent again");
}

TEST_CASE("a callable, its captures and its arguments live as long as the task", "[spawn]") {
  Log log;
  run_alone([](Log& log) -> Task<> {
    auto shared = std::make_shared<Guard>(log, "captured");
    spawn(
        [shared, &log](std::unique_ptr<Guard> argument) -> Task<> {
          co_await sleep(1_ms);
          CHECK(argument != nullptr);
          log("still there");
        },
        std::make_unique<Guard>(log, "argument"));
    shared.reset();
    co_return;
  }(log));
  CHECK(log.take() == "still there, ~argument, ~captured");
}

TEST_CASE("spawn takes functions, member functions with their object, and tasks", "[spawn]") {
  struct Counter {
    int count = 0;
    Task<> add(int n) {
      count += n;
      co_return;
    }
  };
  Counter counter;
  run_alone([](Counter& counter) -> Task<> {
    spawn(&Counter::add, &counter, 1);
    spawn(counter.add(2));
    spawn([](Counter& c) { return c.add(3); }, std::ref(counter));
    spawn(twice, 4);
    co_return;
  }(counter));
  CHECK(counter.count == 6);
}

TEST_CASE("run returns when all tasks have ended, not just the root", "[run]") {
  Log log;
  run_alone([](Log& log) -> Task<> {
    spawn([&]() -> Task<> {
      co_await sleep(1_s);
      log("child");
    });
    log("root");
    co_return;
  }(log));
  CHECK(log.take() == "root, child");
}

TEST_CASE("stop_with_root ends the run with the step in which the root ends", "[run]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    spawn(park, std::ref(out), std::string("parked"));
    spawn([&out]() -> Task<> {
      for (;;) {
        co_await null();
        out("tick");
      }
    });
    co_await null();
    co_await null();
    out("root");
  };
  run_alone(program(log), {.stop_with_root = true});
  CHECK(log.take() == "tick, root, ~parked");
}

TEST_CASE("join tells finished, at once if the task has ended", "[join]") {
  run_alone([]() -> Task<> {
    const TaskRef child = spawn(twice(1));
    Outcome outcome = co_await join(child);
    CHECK(outcome == Outcome::finished);
    outcome = co_await join(child);
    CHECK(outcome == Outcome::finished);
    outcome = co_await join(TaskRef());
    CHECK(outcome == Outcome::finished);
    CHECK(child.has_ended());
  }());
}

TEST_CASE("an exception in a spawned task goes to every joiner, now and later", "[join]") {
  Log log;
  run_alone([](Log& log) -> Task<> {
    const TaskRef failing = spawn(fail_later, std::string("boom"));
    const auto joiner = [&log, failing]() -> Task<> {
      try {
        co_await join(failing);
      } catch (const std::exception& error) {
        log(error.what());
      }
    };
    const TaskRef other = spawn(joiner);
    co_await joiner();
    co_await join(other);
    co_await joiner();
  }(log));
  CHECK(log.take() == "boom, boom, boom");
}

TEST_CASE("an exception in a spawned task that nobody joins fails the run", "[run]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    spawn(park, std::ref(out), std::string("first"));
    spawn(park, std::ref(out), std::string("second"));
    spawn(fail_later, std::string("boom"));
    const Guard guard(out, "root");
    co_await sleep(1_s);
  };
  RunReport report;
  CHECK_THROWS_WITH(run_alone(program(log), {.report = &report}), "boom");
  CHECK(log.take() == "~second, ~first, ~root");  // newest first
  CHECK(report.also_failed.empty());
  CHECK(report.tasks == 4);
}

TEST_CASE("of two failures the first is rethrown and the second reported", "[run]") {
  const auto owner = []() -> Task<> {
    Group group;
    group.spawn(fail_later, std::string("in the group")).named("grouped");
    co_await sleep(1_s);  // nobody waits for the group
  };
  const auto program = [owner]() -> Task<> {
    spawn(owner);
    co_await sleep(1_ms);
    spawn(fail_later, std::string("alone"));
    co_await sleep(1_s);
  };
  RunReport report;
  CHECK_THROWS_WITH(run_alone(program(), {.report = &report}), "alone");
  REQUIRE(report.also_failed.size() == 1);
  CHECK(report.also_failed[0] == "#3 'grouped' failed too: in the group");
}

TEST_CASE("of two failures at once the first ends the run, and the other task never fails",
          "[run]") {
  Log log;
  const auto failing = [](Log& out, std::string name) -> Task<> {
    const Guard guard(out, name);
    co_await sleep(1_ms);
    throw std::runtime_error(name);
  };
  const auto program = [failing](Log& out) -> Task<> {
    spawn(failing, std::ref(out), std::string("one"));
    spawn(failing, std::ref(out), std::string("two"));  // ready to fail when the first does
    co_await sleep(1_s);
  };
  RunReport report;
  CHECK_THROWS_WITH(run_alone(program(log), {.report = &report}), "one");
  CHECK(log.take() == "~one, ~two");
  CHECK(report.also_failed.empty());
}

TEST_CASE("a failure on its way to wait() when the run fails of another is reported", "[run]") {
  const auto program = []() -> Task<> {
    Group group;
    group.spawn(fail_later, std::string("on its way")).named("grouped");
    spawn(fail_later, std::string("alone"));
    co_await group.wait();  // ready to rethrow, and killed before its turn
  };
  RunReport report;
  CHECK_THROWS_WITH(run_alone(program(), {.report = &report}), "alone");
  REQUIRE(report.also_failed.size() == 1);
  CHECK(report.also_failed[0] == "#2 'grouped' failed too: on its way");
}

TEST_CASE("a joiner that is killed before its turn does not take the exception along", "[join]") {
  const auto program = [](bool second_joiner) -> Task<> {
    const TaskRef failing = spawn(fail_later, std::string("boom")).named("failing");
    const TaskRef joiner = spawn([failing]() -> Task<> { co_await join(failing); });
    if (second_joiner) {
      spawn([failing]() -> Task<> {
        try {
          co_await join(failing);
        } catch (const std::exception&) {
        }
      });
    }
    // Runs after the failure and before the joiners, which are behind it in the ready list.
    spawn([joiner]() -> Task<> {
      co_await null();
      co_await kill(joiner);
    });
    co_await null();
  };
  CHECK_THROWS_WITH(run_alone(program(false)), "boom");
  CHECK_NOTHROW(run_alone(program(true)));
}

TEST_CASE("null, sleep(0) and the join of an ended task are one step each; a call is none",
          "[step]") {
  RunReport report;
  const auto count = [&](Task<> root) {
    run_alone(std::move(root), {.report = &report});
    return report.steps;
  };
  CHECK(count([]() -> Task<> { co_return; }()) == 1);
  CHECK(count([]() -> Task<> { co_await null(); }()) == 2);
  CHECK(count([]() -> Task<> { co_await sleep(Duration()); }()) == 2);
  CHECK(count([]() -> Task<> { co_await twice(1); }()) == 1);
  CHECK(count([]() -> Task<> {
          const TaskRef ended = spawn(twice(1));
          co_await null();
          co_await join(ended);
          co_await kill(ended);
        }()) == 5);
}
