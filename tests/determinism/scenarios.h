// The programs whose runs must not depend on anything but the seed: three lessons as users run
// them, one scenario in which everything random is switched on, and one with all faults.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "scheduler/trace.h"

namespace rill::testing {

struct Scenario {
  std::string name;
  /// The fingerprint of the run of `seed`; `sink` may be null.
  std::function<std::string(std::uint64_t seed, TraceSink* sink)> run;
};

/// In this order everywhere: echo, httpd, crawler, rough, searched.
const std::vector<Scenario>& all_scenarios();
/// Throws std::invalid_argument, naming those that exist.
const Scenario& find_scenario(const std::string& name);

/// See rough.cc.
std::string run_rough(std::uint64_t seed, TraceSink* sink);
/// See searched.cc.
std::string run_searched(std::uint64_t seed, TraceSink* sink);

}  // namespace rill::testing
