// The shrinker: from a failing run to a plan in which nothing can be left out.
//
// It works on the plan, so on workload, faults, schedule and world alike: first without whole
// kinds of choices, then without halves, quarters, ... (Zeller's ddmin), then without single ones;
// then with milder choices and simpler draws; and again, until nothing helps. Invariant: the plan
// that it keeps fails with the same sentence. Its result is 1-minimal: without any one of its
// deviations the run does not fail so - unless the budget of runs, or of their steps, ended first,
// which is said.
#pragma once

#include <cstdint>

#include "simnet/explore/run_once.h"

namespace rill::simnet {

struct Shrunk {
  Plan plan;
  RunResult result;           ///< of the plan
  std::uint64_t runs = 0;     ///< that it took
  bool is_minimal = true;     ///< false: the budget ended first
  bool is_repeatable = true;  ///< false: a plan does not repeat the run; then it is the seed's
  std::size_t deviations_before = 0;
};

/// `found` is what run_once() gave for (seed, strategy, world) and `decisions` what it chose.
Shrunk shrink(const Scenario& scenario, const ExploreOptions& options, const Plan& found,
              const RunResult& result, const std::vector<Decision>& decisions);

/// Runs a plan as its token means it. `observer` may be null.
RunResult run_plan(const Scenario& scenario, const ExploreOptions& options, const Plan& plan,
                   RunObserver* observer);

}  // namespace rill::simnet
