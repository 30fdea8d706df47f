// Which strategy in which world finds which planted bug, as percent of its runs: what to look at
// before the portfolio is changed.
//   RILL_RUNS=4000 bazel-bin/tests/planted/strategies_test
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>

#include "simnet/explore/portfolio.h"
#include "simnet/testing.h"
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

const char* name_of(simnet::World world) {
  constexpr const char* kNames[] = {"plain", "calm", "swarm", "all on", "planned"};
  return kNames[static_cast<std::size_t>(world)];
}

void show(std::uint64_t runs) {
  using Key = std::pair<simnet::Strategy, simnet::World>;
  struct Cell {
    std::uint64_t runs = 0;
    std::uint64_t found = 0;
  };
  bool is_first = true;
  for (const Bug& bug : all_bugs()) {
    std::map<Key, Cell> cells;
    std::uint64_t found = 0;
    for (std::uint64_t seed = 1; seed <= runs; ++seed) {
      const simnet::Attempt attempt = simnet::attempt_of(seed);
      simnet::Plan plan;
      plan.seed = seed;
      plan.strategy = attempt.strategy;
      const simnet::RunResult result = simnet::run_plan(bug.with({}), bug.options(), plan, nullptr);
      Cell& cell = cells[{attempt.strategy, attempt.world}];
      ++cell.runs;
      if (result.verdict != simnet::RunResult::Verdict::failed) continue;
      ++cell.found;
      ++found;
    }
    if (is_first) {
      std::printf("%-28s %7s", "", "all");
      for (const auto& [key, cell] : cells) {
        std::printf(" %6s %-6s", std::string(to_string(key.first)).c_str(), name_of(key.second));
      }
      std::printf("\n");
      is_first = false;
    }
    const auto percent = [](std::uint64_t part, std::uint64_t of) {
      return 100.0 * static_cast<double>(part) / static_cast<double>(of);
    };
    std::printf("%-28s %6.1f%%", bug.name, percent(found, runs));
    for (const auto& [key, cell] : cells) std::printf(" %12.1f%%", percent(cell.found, cell.runs));
    std::printf("\n");
  }
}

TEST_CASE("which strategy finds what", "[strategies]") {
  const char* const runs = std::getenv("RILL_RUNS");
  show(runs != nullptr ? std::strtoull(runs, nullptr, 10) : 2'000);
}

}  // namespace
}  // namespace rill::planted
