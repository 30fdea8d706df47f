// The loop of a search, and the report of what it found. See search.h.
#include "simnet/explore/search.h"

#include "simnet/explore/portfolio.h"
#include "simnet/explore/run_trace.h"
#include "simnet/explore/schedules.h"
#include "simnet/explore/story.h"

namespace rill::simnet {
namespace {

std::string indented(const std::string& text) {
  std::string result = "    ";
  for (const char c : text) {
    result += c;
    if (c == '\n') result += "    ";
  }
  while (!result.empty() && (result.back() == ' ' || result.back() == '\n')) result.pop_back();
  return result + "\n";
}

std::string how_small(const Failure& failure) {
  const Shrunk& shrunk = failure.shrunk;
  if (!shrunk.is_repeatable) return "it repeats by its seed only, so it could not be shrunk";
  std::string text = "seed " + std::to_string(failure.seed) + ", run " +
                     std::to_string(failure.runs) + "; shrunk from " +
                     std::to_string(shrunk.deviations_before) + " deviations to " +
                     std::to_string(shrunk.plan.deviations.size()) + " in " +
                     std::to_string(shrunk.runs) + " runs";
  return text + (shrunk.is_minimal ? "; without any one of them it does not fail so"
                                   : "; there may be smaller ones");
}

void write_report(Failure& failure, std::uint32_t name_hash, const Scenario& scenario,
                  const ExploreOptions& options, bool is_new) {
  Observer observer;
  failure.token = encode(failure.shrunk.plan, name_hash);
  trace::Header header;
  header.program = "simulation";
  header.seed = failure.shrunk.plan.seed;
  header.token = failure.token;
  RunTrace run_trace(header, &observer);
  failure.shrunk.result = run_plan(scenario, options, failure.shrunk.plan, &run_trace);
  const RunResult& result = failure.shrunk.result;
  failure.trace = run_trace.text();
  const bool has_failed = result.verdict == RunResult::Verdict::failed;
  failure.text = "  what is wrong\n" +
                 indented(has_failed ? result.details : "nothing: this run does not fail") +
                 "  what it takes\n" +
                 (result.world.empty() ? "" : indented("a world in which " + result.world)) +
                 indented(summary(observer)) +
                 (is_new ? "    (" + how_small(failure) + ")\n" : "") +
                 "  what happened (virtual time, in milliseconds; * out of the ordinary)\n" +
                 timeline(observer) + "  fingerprint: " + result.fingerprint + "\n";
}

Failure failure_of(std::uint32_t name_hash, const Scenario& scenario, const ExploreOptions& options,
                   const Plan& plan, const RunResult& result,
                   const std::vector<Decision>& decisions, std::uint64_t runs) {
  Failure failure;
  failure.seed = plan.seed;
  failure.runs = runs;
  failure.shrunk = shrink(scenario, options, plan, result, decisions);
  write_report(failure, name_hash, scenario, options, true);
  return failure;
}

void add_up(SearchReport& report, const RunResult& result, std::map<std::string, bool>& sometimes) {
  ++report.runs;
  report.steps += result.steps;
  if (result.verdict == RunResult::Verdict::tolerated) ++report.tolerated;
  for (std::size_t i = 0; i < kFaults; ++i) report.faults[i] += result.faults[i];
  for (const auto& [sentence, seen] : result.sometimes) {
    bool& before = sometimes[sentence];
    before = before || seen;
  }
}

void search_schedules(SearchReport& report, std::uint32_t name_hash, const Scenario& scenario,
                      const ExploreOptions& options) {
  const ScheduleSearch all =
      try_all_schedules(scenario, options, {.deviations = options.all_schedules_within});
  report.schedules = all.runs;
  report.all_schedules_tried = all.is_complete;
  if (!all.failing) return;
  std::vector<Decision> decisions;
  for (const Deviation& deviation : all.failing->deviations) {
    decisions.push_back(
        {deviation.site, deviation.nth, deviation.choice + 1, deviation.choice, ""});
  }
  report.failure = failure_of(name_hash, scenario, options, *all.failing, *all.result, decisions,
                              all.runs_at_failure);
}

}  // namespace

SearchReport search(std::uint32_t name_hash, const Scenario& scenario,
                    const ExploreOptions& options, const Seeds& seeds) {
  SearchReport report;
  std::map<std::string, bool> sometimes;
  for (std::uint64_t i = 0; i < seeds.count; ++i) {
    const std::uint64_t seed = seeds.first + i;
    const Attempt attempt = attempt_of(seed);
    Plan plan;
    plan.seed = seed;
    plan.strategy = attempt.strategy;
    SearchOracle oracle(seed, attempt.strategy);
    const RunResult result = run_once(scenario, options, attempt.world, plan, oracle, nullptr);
    add_up(report, result, sometimes);
    if (result.verdict == RunResult::Verdict::failed) {
      report.failure =
          failure_of(name_hash, scenario, options, plan, result, oracle.decisions(), report.runs);
      return report;
    }
  }
  if (options.all_schedules_within > 0) search_schedules(report, name_hash, scenario, options);
  for (const auto& [sentence, seen] : sometimes) {
    if (!seen) report.never.push_back(sentence);
  }
  return report;
}

Failure tell(std::uint32_t name_hash, const Scenario& scenario, const ExploreOptions& options,
             const Plan& plan) {
  Failure failure;
  failure.seed = plan.seed;
  failure.shrunk.plan = plan;
  write_report(failure, name_hash, scenario, options, false);
  return failure;
}

}  // namespace rill::simnet
