// What a scenario may demand of its runs, and when it is looked at: after every step, in the end,
// in at least one run; and that a run which leaves its world is caught.
#include <chrono>

#include "simnet/testing.h"

namespace rill::simnet {
namespace {

SearchReport search_for(const Scenario& scenario, const ExploreOptions& options = {}) {
  return search(1, scenario, options, {0, 50});
}

/// Wrong, and then right again: a step later, or in the same.
Task<> wrong_for_a_while(Simulation& sim, bool awaits_meanwhile) {
  auto& is_right = sim.make<bool>(true);
  sim.always("it is right", [&is_right] { return is_right; });
  co_await sleep(1_ms);
  is_right = false;
  if (awaits_meanwhile) co_await null();
  is_right = true;
  co_await sleep(1_ms);
}

TEST_CASE("an invariant that is broken for one step fails the run", "[claims]") {
  const SearchReport found =
      search_for([](Simulation& sim) { return wrong_for_a_while(sim, true); });
  REQUIRE(found.failure);
  CHECK(found.failure->shrunk.result.sentence == "always: it is right");
  CHECK(found.runs == 1);
}

TEST_CASE("within a step nobody looks", "[claims]") {
  CHECK_FALSE(search_for([](Simulation& sim) { return wrong_for_a_while(sim, false); }).failure);
}

TEST_CASE("a goal is looked at when every task has ended, and not before", "[claims]") {
  const auto adds_up = [](int adds) {
    return [adds](Simulation& sim) -> Task<> {
      auto& total = sim.make<int>(0);
      sim.finally("two were added", [&total] { return total == 2; });
      for (int i = 0; i < adds; ++i) {
        spawn(
            [](int& sum) -> Task<> {
              co_await sleep(1_s);
              ++sum;
            },
            std::ref(total));
      }
      co_return;
    };
  };
  CHECK_FALSE(search_for(adds_up(2)).failure);
  const SearchReport found = search_for(adds_up(1));
  REQUIRE(found.failure);
  CHECK(found.failure->shrunk.result.sentence == "in the end: two were added");
}

TEST_CASE("what must happen at least once, and never does, is named", "[claims]") {
  const SearchReport found = search_for([](Simulation& sim) -> Task<> {
    sim.sometimes("the moon is blue", false);
    sim.sometimes("the sun is up", sim.choose("sun", 10) == 9);
    co_return;
  });
  CHECK_FALSE(found.failure);
  CHECK(found.never == std::vector<std::string>{"the moon is blue"});
}

TEST_CASE("after the faults a program has so much simulated time to come to its end", "[claims]") {
  const auto dawdle = [](Simulation&) -> Task<> { co_await sleep(seconds(100)); };
  const ExploreOptions patient{.faults_last = 60_s, .heals_within = 60_s};
  CHECK_FALSE(search_for(dawdle, patient).failure);
  const ExploreOptions strict{.faults_last = 60_s, .heals_within = 20_s};
  const SearchReport found = search_for(dawdle, strict);
  REQUIRE(found.failure);
  CHECK_THAT(found.failure->shrunk.result.details,
             testing::contains("no progress: the run has not ended within 80.000 s"));
}

TEST_CASE("whoever looks at the real clock in a run is named, without asking for it", "[guard]") {
  const SearchReport found = search_for([](Simulation& sim) -> Task<> {
    auto& seen = sim.make<std::chrono::system_clock::time_point>();
    co_await null();
    seen = std::chrono::system_clock::now();
    co_await null();
  });
  REQUIRE(found.failure);
  CHECK_THAT(
      found.failure->shrunk.result.details,
      testing::contains("std::chrono::system_clock::now() was called inside a simulated run"));
}

}  // namespace
}  // namespace rill::simnet
