// A plan: everything that made one run what it was, as a value that can be printed, parsed, edited
// and shrunk.
//
// A run is a function of its program and of its choices. A plan names the choices that differ from
// the plain ones - which task was held back, which segment was lost, how long a step took - each by
// its site and its count there. Faults, schedule and world are all deviations, so one
// shrinker does for all of them. What the scenario drew for its workload is named by a seed, and by
// the way from the drawn value to a smaller one. Since sites are keyed by what survives an edit, so
// does the plan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simnet/explore/strategy.h"

namespace rill::simnet {

/// Sites are told apart by 40 bits of their key: 8 letters of a token, and with a million sites one
/// chance in two that any two of them collide - which would only make a plan miss.
constexpr std::uint64_t short_key(std::uint64_t site_key) { return site_key >> 24; }

struct Deviation {
  std::uint64_t site = 0;    ///< short_key() of the site's key
  std::uint64_t nth = 0;     ///< which decision at that site, from 0
  std::uint64_t choice = 0;  ///< never 0
  friend bool operator==(const Deviation&, const Deviation&) = default;
};

/// What one Simulation::draw() gave: at each step the index among the simpler values.
struct DrawPath {
  std::uint64_t site = 0;
  std::uint64_t nth = 0;
  std::vector<std::uint64_t> path;
  friend bool operator==(const DrawPath&, const DrawPath&) = default;
};

struct Plan {
  std::uint64_t seed = 0;              ///< of all draws; and of all choices, if there is a strategy
  Strategy strategy = Strategy::plan;  ///< plan: what is not listed is plain
  std::vector<Deviation> deviations;   ///< in the order in which they were made
  std::vector<DrawPath> draws;         ///< those that were made simpler

  friend bool operator==(const Plan&, const Plan&) = default;
};

/// The plan as letters and digits. `test` is a hash of 15 bits that says whose plan it is.
std::string encode(const Plan& plan, std::uint32_t test);

struct NamedPlan {
  std::uint32_t test = 0;
  Plan plan;
};
/// Nothing unless `text` is exactly what encode() gave.
std::optional<NamedPlan> decode_plan(std::string_view text);

}  // namespace rill::simnet
