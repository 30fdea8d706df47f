// The search: runs a scenario again and again, each time in another world and by another schedule,
// until something fails or the budget is used up; then shrinks what it found and tells it.
//
//   const SearchReport report = search(hash_of_name, scenario, ExploreOptions(), Seeds{0, 500});
//   if (report.failure) std::cout << report.failure->text;
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simnet/explore/shrink.h"

namespace rill::simnet {

/// Which seeds: first, first + 1, ... Searches of a campaign get ranges that do not overlap.
struct Seeds {
  std::uint64_t first = 0;
  std::uint64_t count = 200;
};

struct Failure {
  Shrunk shrunk;
  std::uint64_t seed = 0;  ///< the first that failed
  std::uint64_t runs = 0;  ///< how many runs it took, that one included
  // Empty until it is told.
  std::string token;  ///< for --replay=
  std::string text;   ///< the whole report
  std::string trace;  ///< JSON lines
};

struct SearchReport {
  std::uint64_t runs = 0;
  std::uint64_t tolerated = 0;  ///< ended by an error that the network was told to cause
  std::uint64_t steps = 0;
  std::array<std::uint64_t, kFaults> faults{};  ///< how often each has struck
  std::vector<std::string> never;               ///< sometimes() that were true in no run
  std::uint64_t schedules = 0;                  ///< runs of try_all_schedules()
  bool all_schedules_tried = true;
  std::optional<Failure> failure;
};

/// Runs as many seeds as `seeds` says, not as `options`, and shrinks what it finds.
SearchReport find_failure(const Scenario& scenario, const ExploreOptions& options,
                          const Seeds& seeds);

/// The same, and tells it. `name_hash`, of 15 bits, goes into tokens, so that they find their test
/// again.
SearchReport search(std::uint32_t name_hash, const Scenario& scenario,
                    const ExploreOptions& options, const Seeds& seeds);

/// Runs `plan` and tells what happens, whether it fails or not.
Failure tell(std::uint32_t name_hash, const Scenario& scenario, const ExploreOptions& options,
             const Plan& plan);

}  // namespace rill::simnet
