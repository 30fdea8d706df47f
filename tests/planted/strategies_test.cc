// Which strategy in which world finds which planted bug, as percent of its runs: what to look at
// before the portfolio is changed.
//   RILL_SEEDS=4000 bazel-bin/tests/planted/strategies_test
#include <array>
#include <cstdio>
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

void show(const simnet::Seeds& seeds) {
  using Key = std::pair<simnet::Strategy, simnet::World>;
  struct Cell {
    std::uint64_t runs = 0;
    std::uint64_t found = 0;
  };
  bool is_first = true;
  for (const Bug& bug : all_bugs()) {
    std::map<Key, Cell> cells;
    std::uint64_t found = 0;
    for (std::uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
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
    std::printf("%-28s %6.1f%%", bug.name, percent(found, seeds.count));
    for (const auto& [key, cell] : cells) std::printf(" %12.1f%%", percent(cell.found, cell.runs));
    std::printf("\n");
  }
}

TEST_CASE("which strategy finds what", "[strategies]") {
  show(testing::seeds_of_this_process(2'000));
}

/// Programs that are about time have no answer to errors: what a search with all faults says of
/// their right versions is what it says of the many programs like them.
TEST_CASE("which twins fail where errors strike too", "[strategies]") {
  for (const Bug& bug : all_bugs()) {
    if (bug.faults == simnet::FaultClass::all) continue;
    simnet::ExploreOptions options = bug.options();
    options.faults = simnet::FaultClass::all;
    std::map<std::string, int> failures;
    int tolerated = 0;
    int found = 0;
    constexpr int kRuns = 1'000;
    for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
      simnet::Plan plan;
      plan.seed = seed;
      plan.strategy = simnet::attempt_of(seed).strategy;
      const simnet::RunResult twin =
          simnet::run_plan(bug.with({.is_right = true}), options, plan, nullptr);
      if (twin.verdict == simnet::RunResult::Verdict::failed) ++failures[twin.sentence];
      if (twin.verdict == simnet::RunResult::Verdict::tolerated) ++tolerated;
      const simnet::RunResult wrong = simnet::run_plan(bug.with({}), options, plan, nullptr);
      const bool is_it = wrong.verdict == simnet::RunResult::Verdict::failed &&
                         wrong.sentence.starts_with(bug.sentence);
      if (is_it) ++found;
    }
    std::printf("%-28s found in %5.1f%%, twin tolerated in %5.1f%%\n", bug.name, found / 10.0,
                tolerated / 10.0);
    for (const auto& [sentence, count] : failures) {
      std::printf("    twin, %d runs: %s\n", count, sentence.c_str());
    }
  }
}

}  // namespace
}  // namespace rill::planted
