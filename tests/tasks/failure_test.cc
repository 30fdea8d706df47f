// Exceptions: to the await, to the joiners, to the group, or to run(). Never dropped.
#include "tests/tasks/fake_backend.h"

namespace rill::testing {
namespace {

struct Boom : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Task<int> fails_after(Duration delay, std::string text) {
  co_await sleep(delay);
  throw Boom(text);
}

TEST_CASE("an awaited task's exception comes back at the await") {
  run_alone([]() -> Task<> {
    std::string caught;
    try {
      co_await fails_after(1_ms, "inner");
    } catch (const Boom& boom) {
      caught = boom.what();
    }
    CHECK(caught == "inner");
  }());
}

TEST_CASE("a spawned task's exception goes to every joiner, and the run goes on") {
  int caught = 0;
  run_alone([](int& count) -> Task<> {
    TaskRef failing = spawn(fails_after(1_ms, "x"));
    Group group;
    for (int i = 0; i < 3; ++i) {
      group.spawn(
          [](TaskRef task, int& c) -> Task<> {
            try {
              co_await join(task);
            } catch (const Boom&) {
              ++c;
            }
          },
          failing, std::ref(count));
    }
    co_await group.wait();
  }(caught));
  CHECK(caught == 3);
}

TEST_CASE("without a joiner it fails the run: all else is killed, newest first") {
  std::vector<std::string> log;
  CHECK_THROWS_WITH(run_alone([](std::vector<std::string>& l) -> Task<> {
                      const Witness root(l, "root");
                      for (const char* name : {"first", "second"}) {
                        spawn(
                            [](std::vector<std::string>& inner, std::string n) -> Task<> {
                              const Witness witness(inner, n);
                              co_await sleep(1_s);
                            },
                            std::ref(l), std::string(name));
                      }
                      spawn(fails_after(1_ms, "nobody joins me"));
                      co_await sleep(1_s);
                    }(log)),
                    "nobody joins me");
  CHECK(log == std::vector<std::string>{"second", "first", "root"});
}

TEST_CASE("a task that has failed can still be joined by whoever joined in time, twice") {
  run_alone([]() -> Task<> {
    TaskRef failing = spawn(fails_after(1_ms, "again"));
    for (int i = 0; i < 2; ++i) {
      bool threw = false;
      try {
        co_await join(failing);
      } catch (const Boom&) {
        threw = true;
      }
      CHECK(threw);
    }
  }());
}

TEST_CASE("two failures: run rethrows the first and reports the other") {
  RunReport report;
  RunOptions options;
  options.report = &report;
  CHECK_THROWS_WITH(run_alone(
                        []() -> Task<> {
                          Group group;
                          group.spawn(fails_after(1_ms, "first"));
                          spawn(fails_after(1_ms, "second"));
                          co_await group.wait();
                        }(),
                        options),
                    "second");
  // The group's failure was on its way to wait(), whose task was killed first.
  REQUIRE(report.also_failed.size() == 1);
  CHECK_THAT(report.also_failed[0], contains("first"));
}

TEST_CASE("a failing child of a group ends its siblings, and wait rethrows") {
  std::vector<std::string> log;
  run_alone([](std::vector<std::string>& l) -> Task<> {
    Group group;
    group.spawn(
        [](std::vector<std::string>& inner) -> Task<> {
          const Witness witness(inner, "sibling");
          co_await sleep(1_s);
        },
        std::ref(l));
    group.spawn(fails_after(1_ms, "child"));
    std::string caught;
    try {
      co_await group.wait();
    } catch (const Boom& boom) {
      caught = boom.what();
    }
    CHECK(caught == "child");
    CHECK(group.size() == 0);
    CHECK(now().ns == (1_ms).ns);
  }(log));
  CHECK(log == std::vector<std::string>{"sibling"});
}

TEST_CASE("a group that is left by an exception destroys its children first") {
  std::vector<std::string> log;
  run_alone([](std::vector<std::string>& l) -> Task<> {
    try {
      const Witness before(l, "declared before the group");
      Group group;
      group.spawn(
          [](std::vector<std::string>& inner) -> Task<> {
            const Witness witness(inner, "child");
            co_await sleep(1_s);
          },
          std::ref(l));
      co_await null();
      throw Boom("out");
    } catch (const Boom&) {
      l.push_back("caught");
    }
  }(log));
  CHECK(log == std::vector<std::string>{"child", "declared before the group", "caught"});
}

TEST_CASE("misuse ends with a sentence: outside run, and run within run") {
  CHECK_THROWS_WITH(spawn([]() -> Task<> { co_return; }), contains("outside run()"));
  CHECK_THROWS_AS(now(), UsageError);
  run_alone([]() -> Task<> {
    FakeBackend other;
    CHECK_THROWS_WITH(run([]() -> Task<> { co_return; }(), other), contains("inside run()"));
    co_return;
  }());
}

}  // namespace
}  // namespace rill::testing
