// How a search chooses: the ways of settling choices that the portfolio goes through.
#pragma once

#include <cstdint>
#include <string_view>

namespace rill::simnet {

enum class Strategy : std::uint8_t {
  plan,    ///< nothing but what a plan lists
  fifo,    ///< tasks first come, first served; everything else by the seed
  random,  ///< about half of all turns are held back
  pct,     ///< each task has a priority, and falls behind at a few points: see priorities.h
  walk,    ///< every turn is drawn evenly
  hosts,   ///< as plan, in the order of try_all_schedules(): that of each host
};

inline constexpr std::uint8_t kStrategies = 6;

/// "plan", "fifo", ...
constexpr std::string_view to_string(Strategy strategy) {
  switch (strategy) {
    case Strategy::plan:
      return "plan";
    case Strategy::fifo:
      return "fifo";
    case Strategy::random:
      return "random";
    case Strategy::pct:
      return "pct";
    case Strategy::walk:
      return "walk";
    case Strategy::hosts:
      return "hosts";
  }
  return "unknown";
}

}  // namespace rill::simnet
