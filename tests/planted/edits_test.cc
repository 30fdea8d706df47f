// Plans survive edits: a minimal plan still fails after somebody has inserted a line that has
// nothing to do with the bug. Where a raw seed is kept instead, many are lost: that is shown.
#include <cstdio>

#include "simnet/explore/portfolio.h"
#include "simnet/testing.h"
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

constexpr std::uint64_t kRanges = 3;

TEST_CASE("four of five minimal plans still fail after an edit", "[planted]") {
  int plans = 0;
  int plans_kept = 0;
  int seeds_kept = 0;
  for (const Bug& bug : all_bugs()) {
    int lost = 0;
    for (std::uint64_t range = 0; range < kRanges; ++range) {
      const simnet::SearchReport report =
          simnet::search(7, bug.with({}), bug.options(), {10'000 + range * 1'000, 1'000});
      if (!report.failure) continue;
      for (const Edit edit : {Edit::log_line, Edit::await_null, Edit::await_sleep}) {
        const simnet::Scenario later = bug.with({.edit = edit});
        const auto still_fails = [&](const simnet::Plan& plan) {
          const simnet::RunResult result = simnet::run_plan(later, bug.options(), plan, nullptr);
          return result.verdict == simnet::RunResult::Verdict::failed &&
                 result.sentence.starts_with(bug.sentence);
        };
        ++plans;
        const bool is_kept = still_fails(report.failure->shrunk.plan);
        plans_kept += is_kept ? 1 : 0;
        lost += is_kept ? 0 : 1;
        const std::uint64_t seed = report.failure->seed;
        simnet::Plan raw;
        raw.seed = seed;
        raw.strategy = simnet::attempt_of(seed).strategy;
        seeds_kept += still_fails(raw) ? 1 : 0;
      }
    }
    if (lost > 0) std::printf("  %s: %d of %d plans lost\n", bug.name, lost, 9);
  }
  std::printf("of %d edits, %d plans and %d seeds still fail\n", plans, plans_kept, seeds_kept);
  CHECK(plans_kept * 5 >= plans * 4);
}

}  // namespace
}  // namespace rill::planted
