// All schedules with at most so many deviations from the plain one: a claim instead of a sample.
//
// The plain run is first come, first served, on a sound network, with steps that take no time. A
// deviation is one task held back at one of its turns - by one place, or to the end of the line -
// or one step that takes long, so that what arrives meanwhile comes before the task goes on.
//
// With `reduces`, schedules that differ in nothing that a program can see are tried once
// (partial-order reduction; the equivalence is Mazurkiewicz's). Hosts share nothing but the
// network, and host 0, where the scenario itself runs; so only the order on each host counts. A run
// whose hosts all saw what they saw in an earlier run is not varied further, and two deviations of
// which each is noticed by other hosts only than the other are not tried together. Not for
// scenarios in which tasks of two hosts share memory. An invariant (Simulation::always) that looks
// at several hosts at once is asked in one order only of what they do independently.
#pragma once

#include <cstdint>
#include <optional>

#include "simnet/explore/run_once.h"

namespace rill::simnet {

struct ScheduleSearch {
  std::uint64_t runs = 0;
  std::uint64_t runs_at_failure = 0;
  bool is_complete = true;      ///< false: it found something, or `most_runs` ended it
  std::optional<Plan> failing;  ///< the first, which has the fewest deviations
  std::optional<RunResult> result;
};

struct ScheduleOptions {
  unsigned deviations = 2;
  std::uint64_t most_runs = 100'000;
  bool reduces = true;
};

ScheduleSearch try_all_schedules(const Scenario& scenario, const ExploreOptions& options,
                                 const ScheduleOptions& schedules);

}  // namespace rill::simnet
