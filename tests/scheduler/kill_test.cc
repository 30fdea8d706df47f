// Semantics 1: kill destroys frames, innermost first, from the loop, and returns when the last
// destructor has run. Each case that usually goes wrong has a test of its own; kills of tasks in an
// operation are in operation_test.cc.
#include <array>
#include <optional>

#include "tests/scheduler/support.h"

using namespace rill;
using namespace rill::testing;

namespace {

Task<> inner(Log& log) { co_await park(log, "inner"); }
Task<> middle(Log& log) {
  const Guard guard(log, "middle");
  co_await inner(log);
}
Task<> outer(Log& log) {
  const Guard first(log, "outer first");
  const Guard last(log, "outer last");
  co_await middle(log);
  log("never");
}

constexpr int kDepth = 200'000;

Task<int> dive(int depth) {
  if (depth == 0) {
    co_await sleep(1_s);
    co_return 0;
  }
  const int below = co_await dive(depth - 1);
  co_return below + 1;
}

Task<> kill_it(TaskRef victim, Log& log, std::string line) {
  co_await kill(victim);
  log(line);
}

}  // namespace

TEST_CASE("a killed task's frames go innermost first, before kill returns", "[kill]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    const TaskRef victim = spawn(outer, std::ref(out));
    co_await sleep(1_ms);
    co_await kill(victim);
    out("killed");
    CHECK(now().ns == (1_ms).ns);  // a kill takes no time
    const Outcome outcome = co_await join(victim);
    CHECK(outcome == Outcome::killed);
  };
  run_alone(program(log));
  CHECK(log.take() == "~inner, ~middle, ~outer last, ~outer first, killed");
}

TEST_CASE("no catch can stop a kill", "[kill]") {
  Log log;
  const auto stubborn = [](Log& out) -> Task<> {
    for (;;) {
      try {
        co_await park(out, "parked");
      } catch (...) {
        out("caught");
      }
    }
  };
  const auto program = [stubborn](Log& out) -> Task<> {
    const TaskRef victim = spawn(stubborn, std::ref(out));
    co_await null();
    co_await kill(victim);
  };
  run_alone(program(log));
  CHECK(log.take() == "~parked");
}

TEST_CASE("a task killed just after spawn never runs, and its arguments are destroyed", "[kill]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    const TaskRef victim = spawn(
        [](Log& lines, Guard) -> Task<> {
          lines("ran");
          co_return;
        },
        std::ref(out), Guard(out, "argument"));
    co_await kill(victim);
    out("killed");
  };
  run_alone(program(log));
  CHECK(log.take() == "~argument, killed");
}

TEST_CASE("a task in the ready list can be killed: it does not get its turn", "[kill]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    const TaskRef victim = spawn([&out]() -> Task<> {
      const Guard guard(out, "victim");
      co_await null();
      out("ran on");
    });
    const TaskRef after = spawn([&out]() -> Task<> {
      co_await null();
      out("after");
    });
    co_await null();  // both have run once and are ready again, behind this task
    co_await kill(victim);
    co_await join(after);
  };
  run_alone(program(log));
  CHECK(log.take() == "~victim, after");
}

TEST_CASE("a killed joiner is forgotten, and the task that it joined goes on", "[kill]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    const TaskRef target = spawn([&out]() -> Task<> {
      co_await sleep(1_s);
      out("target ended");
    });
    const TaskRef joiner = spawn([&out, target]() -> Task<> {
      const Guard guard(out, "joiner");
      co_await join(target);
      out("resurrected");
    });
    co_await null();
    co_await kill(joiner);
    const Outcome outcome = co_await join(target);
    CHECK(outcome == Outcome::finished);
  };
  run_alone(program(log));
  CHECK(log.take() == "~joiner, target ended");
}

TEST_CASE("a task may kill itself: it never comes back, and its joiners hear of it", "[kill]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    const TaskRef suicide = spawn([&out]() -> Task<> {
      const Guard guard(out, "self");
      co_await kill(self());
      out("never");
    });
    const Outcome outcome = co_await join(suicide);
    CHECK(outcome == Outcome::killed);
  };
  run_alone(program(log));
  CHECK(log.take() == "~self");
}

TEST_CASE("the kill of a task that has ended has no effect", "[kill]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    const TaskRef task = spawn([]() -> Task<> { co_return; });
    co_await join(task);
    co_await kill(task);
    co_await kill(TaskRef());
    const Outcome outcome = co_await join(task);
    CHECK(outcome == Outcome::finished);
    out("done");
  };
  run_alone(program(log));
  CHECK(log.take() == "done");
}

TEST_CASE("of two killers both wake", "[kill]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    const TaskRef victim = spawn(park, std::ref(out), std::string("victim"));
    spawn(kill_it, victim, std::ref(out), std::string("first"));
    spawn(kill_it, victim, std::ref(out), std::string("second"));
    co_await null();
  };
  run_alone(program(log));
  CHECK(log.take() == "~victim, first, second");
}

TEST_CASE("two tasks that kill each other: the first to ask survives", "[kill]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    std::array<TaskRef, 2> tasks;
    for (std::size_t i = 0; i < 2; ++i) {
      tasks[i] = spawn([&out, &tasks, i]() -> Task<> {
        const Guard guard(out, "task " + std::to_string(i));
        co_await kill(tasks[1 - i]);
        out("task " + std::to_string(i) + " lives");
      });
    }
    const TaskRef first = tasks[0];
    co_await join(first);
  };
  run_alone(program(log));
  CHECK(log.take() == "task 0 lives, ~task 0");
}

TEST_CASE("the victim's destructors act as the victim, and may spawn", "[kill]") {
  Log log;
  struct Spawner {
    Log* log;
    ~Spawner() {
      (*log)("destroyed in " + self().name());
      spawn(
          [](Log& out) -> Task<> {
            out("spawned by a destructor");
            co_return;
          },
          std::ref(*log));
    }
  };
  const auto program = [](Log& out) -> Task<> {
    const TaskRef victim = spawn([&out]() -> Task<> {
      const Spawner spawner{&out};
      co_await sleep(1_s);
    });
    victim.control()->set_name("victim");
    co_await null();
    co_await kill(victim);
    out("killed");
  };
  run_alone(program(log));
  CHECK(log.take() == "destroyed in victim, spawned by a destructor, killed");
}

TEST_CASE("a chain of 200,000 awaits is killed, timed out and unwound without deep recursion",
          "[kill]") {
  const auto program = []() -> Task<> {
    const TaskRef victim = spawn(dive, kDepth);
    co_await null();
    co_await kill(victim);
    const std::optional<int> late = co_await timeout(1_ms, dive(kDepth));
    CHECK_FALSE(late);
    const int depth = co_await dive(kDepth);
    CHECK(depth == kDepth);
    spawn(dive, kDepth);  // for the end of the run to destroy
    co_await null();
  };
  run_alone(program(), {.stop_with_root = true});
}
