// Simulations as test cases: simnet/testing.h says how to write them.
#pragma once

#include <cstdint>
#include <string>

#include "simnet/explore/search.h"
#include "tests/testing/testing.h"

namespace rill::testing {

// This process's share of a campaign, or seeds 0 to count - 1 without one:
//   RILL_SEEDS=COUNT[@FIRST]   COUNT seeds for each run and shard of the test, from FIRST (0) on,
//   no
//                              seed twice. Each shard then runs every test case.
simnet::Seeds seeds_of_this_process(std::uint64_t count);

// Searches `scenario` for a run that fails, or runs the one that --replay=TOKEN names. Fails the
// test case with what was found, and leaves token, story, trace and page in the test's outputs.
void check_simulation(const std::string& sentence, const simnet::Scenario& scenario,
                      const simnet::ExploreOptions& options);

}  // namespace rill::testing

// A test case that is one simulation. What follows the sentence are ExploreOptions, as
// `.runs = 500`. The body is a coroutine and knows its world as `sim`.
#define RILL_SIMULATION(...) \
  RILL_SIMULATION_NAMED(INTERNAL_RILL_JOIN(rill_simulation_, __LINE__), __VA_ARGS__)
#define RILL_SIMULATION_NAMED(name, sentence, ...)                                          \
  static ::rill::Task<> name(::rill::simnet::Simulation& sim);                              \
  TEST_CASE(sentence, "[simulation]") {                                                     \
    ::rill::testing::check_simulation(sentence, &name, INTERNAL_RILL_OPTIONS(__VA_ARGS__)); \
  }                                                                                         \
  static ::rill::Task<> name([[maybe_unused]] ::rill::simnet::Simulation& sim)
#define INTERNAL_RILL_OPTIONS(...) \
  ::rill::simnet::ExploreOptions { __VA_ARGS__ }
