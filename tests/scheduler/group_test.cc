// Groups: children cannot outlive the scope, whichever way it is left; the first failure ends them
// all and comes out at wait(). And the knots that children and groups can tie.
#include <memory>

#include "tests/scheduler/support.h"

using namespace rill;
using namespace rill::testing;

namespace {

Task<> fail_after(Duration delay, std::string text) {
  co_await sleep(delay);
  throw std::runtime_error(text);
}

/// A scope with two children, left in some way.
enum class Exit { by_return, by_exception, by_end, by_kill, by_timeout };

Task<> scope(Log& log, Exit exit) {
  const Guard before(log, "before");
  Group group;
  group.spawn(park, std::ref(log), std::string("one"));
  group.spawn(park, std::ref(log), std::string("two"));
  const Guard after(log, "after");
  co_await null();
  if (exit == Exit::by_exception) throw std::runtime_error("thrown");
  if (exit == Exit::by_end) co_await end();
  if (exit == Exit::by_return) co_return;
  co_await sleep(1_s);
}

Task<> leave(Log& log, Exit exit) {
  if (exit == Exit::by_timeout) {
    const Outcome outcome = co_await timeout(1_ms, scope(log, exit));
    CHECK(outcome == Outcome::timed_out);
    co_return;
  }
  const TaskRef owner = spawn(scope, std::ref(log), exit);
  co_await sleep(1_ms);
  if (exit == Exit::by_kill) co_await kill(owner);
  try {
    co_await join(owner);
  } catch (const std::runtime_error&) {
    log("thrown");
  }
}

}  // namespace

TEST_CASE("whichever way the scope of a group is left, its children die with it", "[group]") {
  Log log;
  for (const Exit exit : {Exit::by_return, Exit::by_end, Exit::by_kill, Exit::by_timeout}) {
    run_alone(leave(log, exit));
    CHECK(log.take() == "~after, ~two, ~one, ~before");
  }
  // The owner failed before it was joined, so nobody had claimed the exception.
  CHECK_THROWS_WITH(run_alone(leave(log, Exit::by_exception)), "thrown");
  CHECK(log.take() == "~after, ~two, ~one, ~before");
}

TEST_CASE("a group that is left by a caught exception is empty before the handler runs",
          "[group]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    try {
      const Guard before(out, "before");
      Group group;
      group.spawn(park, std::ref(out), std::string("child"));
      co_await null();
      throw std::runtime_error("thrown");
    } catch (const std::runtime_error& error) {
      out(error.what());
    }
  };
  run_alone(program(log));
  CHECK(log.take() == "~child, ~before, thrown");
}

TEST_CASE("wait() returns when all children have ended, also those spawned meanwhile", "[group]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    Group group;
    co_await group.wait();
    group.spawn([&out, &group]() -> Task<> {
      co_await sleep(1_ms);
      group.spawn([&out]() -> Task<> {
        co_await sleep(1_ms);
        out("grandchild");
      });
      out("child");
    });
    co_await group.wait();
    CHECK(group.size() == 0);
    out("waited");
  };
  run_alone(program(log));
  CHECK(log.take() == "child, grandchild, waited");
}

TEST_CASE("the first failure kills the siblings and comes out at every wait()", "[group]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    Group group;
    group.spawn(park, std::ref(out), std::string("sibling"));
    group.spawn(fail_after, 1_ms, std::string("boom"));
    group.spawn(fail_after, 2_ms, std::string("too late"));
    const auto waiter = [&out, &group](std::string name) -> Task<> {
      try {
        co_await group.wait();
      } catch (const std::runtime_error& error) {
        out(name + " " + error.what());
      }
    };
    spawn(waiter, std::string("other"));
    co_await waiter("owner");
    CHECK(now().ns == (1_ms).ns);
    CHECK(group.size() == 0);
    co_await sleep(1_ms);
    group.spawn([&out]() -> Task<> {  // a new round
      out("again");
      co_return;
    });
    co_await group.wait();
  };
  run_alone(program(log));
  CHECK(log.take() == "~sibling, owner boom, other boom, again");
}

TEST_CASE("a child's failure that a joiner gets does not concern the group", "[group]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    Group group;
    group.spawn([&out]() -> Task<> {
      co_await sleep(2_ms);
      out("sibling ended");
    });
    const TaskRef failing = group.spawn(fail_after, 1_ms, std::string("boom"));
    try {
      co_await join(failing);
    } catch (const std::runtime_error&) {
      out("joined");
    }
    co_await group.wait();
  };
  run_alone(program(log));
  CHECK(log.take() == "joined, sibling ended");
}

TEST_CASE("a failure that no wait() has rethrown fails the run", "[group]") {
  const auto program = []() -> Task<> {
    Group group;
    group.spawn(fail_after, 1_ms, std::string("boom"));
    co_await sleep(2_ms);
  };
  CHECK_THROWS_WITH(run_alone(program()), "boom");
  // Even when the group outlives the run.
  FakeBackend backend;
  Group outliving;
  const auto spawner = [](Group& group) -> Task<> {
    group.spawn(fail_after, 1_ms, std::string("boom"));
    co_return;
  };
  CHECK_THROWS_WITH(run(spawner(outliving), backend), "boom");
}

TEST_CASE("cancel() kills all children; a child that cancels its own group dies of it", "[group]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    Group group;
    group.spawn(park, std::ref(out), std::string("one"));
    co_await null();
    co_await group.cancel();
    out("cancelled");
    group.spawn([&out, &group]() -> Task<> {
      const Guard guard(out, "canceller");
      co_await group.cancel();
      out("never");
    });
    co_await group.wait();
    out("waited");
  };
  run_alone(program(log));
  CHECK(log.take() == "~one, cancelled, ~canceller, waited");
}

TEST_CASE("a child kills its parent, whose group the child is in, and both are gone", "[group]") {
  Log log;
  const auto parent = [](Log& out) -> Task<> {
    const Guard guard(out, "parent");
    Group group;
    group.spawn([&out, owner = self()]() -> Task<> {
      const Guard own(out, "child");
      co_await kill(owner);
      out("never");
    });
    co_await sleep(1_s);
  };
  const auto program = [parent](Log& out) -> Task<> {
    const TaskRef owner = spawn(parent, std::ref(out));
    const Outcome outcome = co_await join(owner);
    CHECK(outcome == Outcome::killed);
  };
  run_alone(program(log));
  CHECK(log.take() == "~child, ~parent");
}

TEST_CASE("a group may die with its last child, which owned it", "[group]") {
  Log log;
  const auto program = [](Log& out, bool killed) -> Task<> {
    auto group = std::make_shared<Group>();
    group->spawn(park, std::ref(out), std::string("sibling"));
    const TaskRef child = group->spawn([&out, group]() -> Task<> {
      co_await sleep(1_ms);
      out("child ends");
    });
    group.reset();
    co_await null();
    if (killed) co_await kill(child);
    co_await join(child);
  };
  run_alone(program(log, false));
  CHECK(log.take() == "child ends, ~sibling");
  run_alone(program(log, true));
  CHECK(log.take() == "~sibling");
}

TEST_CASE("two tasks that own each other's group can be killed", "[group]") {
  Log log;
  const auto hold = [](Log& out, std::shared_ptr<Group> group, std::string name) -> Task<> {
    const Guard guard(out, std::move(name));
    const std::shared_ptr<Group> kept = std::move(group);
    co_await sleep(1_s);
  };
  const auto program = [hold](Log& out) -> Task<> {
    auto one = std::make_shared<Group>();
    auto two = std::make_shared<Group>();
    const TaskRef victim = one->spawn(hold, std::ref(out), two, std::string("in one"));
    two->spawn(hold, std::ref(out), one, std::string("in two"));
    one.reset();
    two.reset();
    co_await null();
    co_await kill(victim);
    out("killed");
  };
  run_alone(program(log));
  CHECK(log.take() == "~in two, ~in one, killed");
}

TEST_CASE("a failing child may end the sibling that owns the group: the run fails", "[group]") {
  const auto program = []() -> Task<> {
    auto group = std::make_shared<Group>();
    group->spawn([group]() -> Task<> { co_await sleep(1_s); });
    group->spawn(fail_after, 1_ms, std::string("boom"));
    group.reset();
    co_await sleep(2_ms);
  };
  CHECK_THROWS_WITH(run_alone(program()), "boom");
}

TEST_CASE("who waits for a group that is destroyed wakes when its children are gone", "[group]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    auto group = std::make_unique<Group>();
    group->spawn(park, std::ref(out), std::string("child"));
    const TaskRef waiter = spawn([&out, &watched = *group]() -> Task<> {
      co_await watched.wait();
      out("waited");
    });
    co_await null();
    group.reset();
    co_await join(waiter);
  };
  run_alone(program(log));
  CHECK(log.take() == "~child, waited");
}

TEST_CASE("who is killed after a group's end and before its own turn is in no list of it",
          "[group]") {
  const auto program = []() -> Task<> {
    auto group = std::make_unique<Group>();
    const TaskRef waiter = spawn([&watched = *group]() -> Task<> { co_await watched.wait(); });
    co_await null();        // it waits for an empty group: it was woken, and stands behind us
    co_await kill(waiter);  // now
    group.reset();          // reads no frame that has gone (asan sees it)
  };
  run_alone(program());
}
