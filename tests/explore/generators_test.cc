// Generators: what they give is what they promise, can be shown to a person, and shrinks.
#include "simnet/explore/generators.h"

#include "simnet/explore/world.h"
#include "simnet/testing.h"
#include "tests/testing/property.h"

namespace rill::simnet {
namespace {

template <class T>
std::string shown(const T& value) {
  std::ostringstream text;
  rc::show(value, text);
  return text.str();
}

TEST_CASE("cuts join to what was cut, and none is empty", "[generators]") {
  testing::property("join of cuts", [](const std::string& bytes) {
    const auto pieces = *any_cuts(bytes);
    std::string joined;
    for (const std::string& piece : pieces) {
      RC_ASSERT_FALSE(piece.empty());
      joined += piece;
    }
    RC_ASSERT(joined == bytes);
  });
}

TEST_CASE("a menu that was not told otherwise has no fault that a program sees as an error",
          "[generators]") {
  testing::property("faults of time", [] {
    const FaultMenu menu = *any_faults();
    for (std::size_t i = 0; i < kFaults; ++i) {
      const auto fault = static_cast<Fault>(i);
      RC_ASSERT(menu.per_million(fault) <= 1'000'000);
      RC_ASSERT(menu.per_million(fault) == 0 || !is_error(fault));
    }
  });
}

TEST_CASE("menus and schedules are shown in words", "[generators]") {
  CHECK(shown(FaultMenu()) == "no faults");
  CHECK(shown(FaultMenu({Fault::loss, Fault::reset}, 500)) ==
        "loss 500, reset 500 times in a million");
  Plan plan;
  plan.seed = 12;
  plan.strategy = Strategy::pct;
  CHECK(shown(plan) == "seed 12 by pct");
  plan.deviations.push_back({1, 2, 3});
  CHECK(shown(plan) == "seed 12 by pct, deviations: 1");
}

TEST_CASE("a drawn menu shrinks to the faults that it takes", "[generators]") {
  const Scenario cannot_wait = [](Simulation& sim) -> Task<> {
    const FaultMenu menu = sim.draw("faults", any_faults({Fault::loss, Fault::jam, Fault::stall}));
    sim.network().set_faults(menu);
    sim.require(menu.per_million(Fault::jam) == 0, "no jam");
    co_return;
  };
  const SearchReport found = search(1, cannot_wait, {.faults = FaultClass::none}, {0, 100});
  REQUIRE(found.failure);
  CHECK_THAT(found.failure->text, testing::contains("faults = jam 1 times in a million"));
}

Task<> meet(Simulation& sim) {
  auto& inside = sim.make<int>(0);
  const auto visit = [](int& now_inside) -> Task<> {
    ++now_inside;
    co_await null();
    --now_inside;
  };
  const HostId home = sim.host("home");
  for (int i = 0; i < 3; ++i) spawn_on(home, visit, std::ref(inside));
  sim.finally("all have left", [&inside] { return inside == 0; });
  co_return;
}

TEST_CASE("a drawn schedule is a run that repeats", "[generators]") {
  testing::property("schedules repeat", [] {
    const Plan plan = *any_schedule();
    const RunResult one = run_plan(meet, {}, plan, nullptr);
    const RunResult other = run_plan(meet, {}, plan, nullptr);
    RC_ASSERT(one.verdict == RunResult::Verdict::passed);
    RC_ASSERT(one.fingerprint == other.fingerprint);
  });
}

}  // namespace
}  // namespace rill::simnet
