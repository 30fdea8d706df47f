// Kill: when it takes effect, what runs, who wakes. The parts that usually go wrong, by name.
#include "tests/tasks/fake_backend.h"

namespace rill::testing {
namespace {

using Log = std::vector<std::string>;

Task<> sleeper(Log& log, std::string name) {
  const Witness witness(log, name);
  co_await sleep(1_s);
  log.push_back(name + " went on");
}

Task<> outer(Log& log) {
  const Witness witness(log, "outer");
  co_await sleeper(log, "inner");
  log.push_back("outer went on");
}

TEST_CASE("kill in a nested call destroys the frames innermost first") {
  Log log;
  run_alone([](Log& l) -> Task<> {
    TaskRef victim = spawn(outer, std::ref(l));
    co_await sleep(10_ms);
    co_await kill(victim);
    l.push_back("killed");
    const Outcome outcome = co_await join(victim);
    CHECK(outcome == Outcome::killed);
    CHECK(now().ns == (10_ms).ns);  // kill takes no time
  }(log));
  CHECK(log == Log{"inner", "outer", "killed"});
}

TEST_CASE("kill of a task in the ready list: it never runs again") {
  Log log;
  run_alone([](Log& l) -> Task<> {
    TaskRef victim = spawn(
        [](Log& inner_log) -> Task<> {
          for (;;) {
            inner_log.push_back("ran");
            co_await null();
          }
        },
        std::ref(l));
    co_await null();
    co_await kill(victim);
    co_await null();
  }(log));
  CHECK(log == Log{"ran"});
}

TEST_CASE("kill just after spawn: the victim never runs, its arguments are destroyed") {
  Log log;
  run_alone([](Log& l) -> Task<> {
    TaskRef victim = spawn(
        [](Witness) -> Task<> {
          FAIL("it ran");
          co_return;
        },
        Witness(l, "argument"));
    co_await kill(victim);
    CHECK(l == Log{"argument"});
  }(log));
}

TEST_CASE("kill of a joiner does not touch the one it joins") {
  Log log;
  run_alone([](Log& l) -> Task<> {
    TaskRef target = spawn(sleeper, std::ref(l), "target");
    TaskRef joiner = spawn([](TaskRef t) -> Task<> { co_await join(t); }, target);
    co_await sleep(10_ms);
    co_await kill(joiner);
    const Outcome outcome = co_await join(target);
    CHECK(outcome == Outcome::finished);
  }(log));
  CHECK(log == Log{"target went on", "target"});
}

TEST_CASE("kill of oneself is legal and never returns") {
  Log log;
  run_alone([](Log& l) -> Task<> {
    TaskRef victim = spawn(
        [](Log& inner_log) -> Task<> {
          const Witness witness(inner_log, "destroyed");
          co_await kill(self());
          inner_log.push_back("returned");
        },
        std::ref(l));
    const Outcome outcome = co_await join(victim);
    CHECK(outcome == Outcome::killed);
  }(log));
  CHECK(log == Log{"destroyed"});
}

TEST_CASE("kill of a finished task has no effect") {
  run_alone([]() -> Task<> {
    TaskRef done = spawn([]() -> Task<> { co_return; });
    co_await join(done);
    co_await kill(done);
    const Outcome outcome = co_await join(done);
    CHECK(outcome == Outcome::finished);
  }());
}

TEST_CASE("two killers of one task both go on") {
  int killers = 0;
  run_alone([](int& count) -> Task<> {
    TaskRef victim = spawn([]() -> Task<> { co_await sleep(1_s); });
    Group group;
    for (int i = 0; i < 2; ++i) {
      group.spawn(
          [](TaskRef v, int& c) -> Task<> {
            co_await kill(v);
            ++c;
          },
          victim, std::ref(count));
    }
    co_await group.wait();
  }(killers));
  CHECK(killers == 2);
}

TEST_CASE("a child that kills the parent whose group it is in dies with it") {
  Log log;
  run_alone([](Log& l) -> Task<> {
    TaskRef parent;
    parent = spawn(
        [](TaskRef& me, Log& inner_log) -> Task<> {
          const Witness witness(inner_log, "parent");
          Group group;
          group.spawn(
              [](TaskRef& target, Log& child_log) -> Task<> {
                const Witness child_witness(child_log, "child");
                co_await kill(target);
                child_log.push_back("child went on");
              },
              std::ref(me), std::ref(inner_log));
          co_await group.wait();
        },
        std::ref(parent), std::ref(l));
    co_await sleep(1_ms);
    CHECK(parent.has_ended());
  }(log));
  CHECK(log == Log{"child", "parent"});
}

TEST_CASE("a catch-all in the victim cannot swallow the kill") {
  Log log;
  run_alone([](Log& l) -> Task<> {
    TaskRef victim = spawn(
        [](Log& inner_log) -> Task<> {
          try {
            co_await sleep(1_s);
          } catch (...) {
            inner_log.push_back("caught");
          }
          inner_log.push_back("went on");
        },
        std::ref(l));
    co_await null();
    co_await kill(victim);
  }(log));
  CHECK(log.empty());
}

Task<> deep(int depth) {
  if (depth == 0) {
    co_await sleep(1_s);
  } else {
    co_await deep(depth - 1);
  }
}

TEST_CASE("a chain of 200,000 awaits can be killed, unwound and returned from") {
  run_alone([]() -> Task<> {
    TaskRef victim = spawn(deep(200'000));
    co_await sleep(1_ms);
    co_await kill(victim);
    const Outcome outcome = co_await timeout(1_ms, deep(200'000));
    CHECK(outcome == Outcome::timed_out);
    co_await deep(200'000);
  }());
}

}  // namespace
}  // namespace rill::testing
