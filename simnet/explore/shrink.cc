// How plans get smaller. See shrink.h.
#include "simnet/explore/shrink.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "simnet/explore/portfolio.h"

namespace rill::simnet {
namespace {

constexpr std::uint64_t kMostRuns = 4'000;

class Shrinker {
 public:
  Shrinker(const Scenario& scenario, const ExploreOptions& options, Plan plan, RunResult result)
      : scenario_(scenario),
        options_(options),
        best_(std::move(plan)),
        result_(std::move(result)) {}

  void shrink_to_the_end() {
    bool has_changed = true;
    while (has_changed && has_budget()) {
      has_changed = remove_parts();
      has_changed = simplify_draws() || has_changed;
      has_changed = weaken_choices() || has_changed;
    }
  }
  /// Tries without every decision of a name at once: most plans are full of latencies.
  void remove_kinds(const std::vector<Decision>& decisions) {
    std::vector<std::string_view> names;
    std::map<std::uint64_t, std::string_view> name_of_site;
    for (const Decision& decision : decisions) {
      name_of_site[decision.site] = decision.name;
      if (std::find(names.begin(), names.end(), decision.name) == names.end()) {
        names.push_back(decision.name);
      }
    }
    for (const std::string_view name : names) {
      Plan candidate = best_;
      std::erase_if(candidate.deviations, [&](const Deviation& deviation) {
        return name_of_site[deviation.site] == name;
      });
      try_plan(std::move(candidate));
    }
  }
  bool try_plan(Plan candidate) {
    if (candidate == best_ || !has_budget()) return false;
    ++runs_;
    RunResult result = run_plan(scenario_, options_, candidate, nullptr);
    steps_ += result.steps;
    leads_too_far_ = std::any_of(result.drawn.begin(), result.drawn.end(),
                                 [](const Drawn& drawn) { return !drawn.path_is_whole; });
    if (leads_too_far_ || result.verdict != RunResult::Verdict::failed ||
        result.sentence != result_.sentence) {
      return false;
    }
    best_ = std::move(candidate);
    result_ = std::move(result);
    return true;
  }

  bool has_budget() const { return runs_ < kMostRuns && steps_ < options_.shrink_steps; }
  std::uint64_t runs() const { return runs_; }
  const Plan& best() const { return best_; }
  const RunResult& result() const { return result_; }

 private:
  /// ddmin over the deviations.
  bool remove_parts() {
    bool has_changed = false;
    std::size_t size = std::max<std::size_t>(best_.deviations.size() / 2, 1);
    for (;;) {
      bool has_removed = false;
      // From the end: what came last depends on what came first, not the other way round.
      for (std::size_t end = best_.deviations.size(); end > 0 && has_budget();) {
        const std::size_t begin = end > size ? end - size : 0;
        Plan candidate = best_;
        candidate.deviations.erase(
            candidate.deviations.begin() + static_cast<std::ptrdiff_t>(begin),
            candidate.deviations.begin() + static_cast<std::ptrdiff_t>(end));
        if (try_plan(std::move(candidate))) has_removed = true;
        end = begin;
      }
      has_changed = has_changed || has_removed;
      if (!has_budget()) return has_changed;
      if (size == 1) {
        if (!has_removed) return has_changed;
      } else {
        size /= 2;
      }
    }
  }

  bool weaken_choices() {
    bool has_changed = false;
    for (std::size_t i = 0; i < best_.deviations.size(); ++i) {
      // The smallest that still does it, by bisection where it is monotonous.
      std::uint64_t least = 1;
      while (least < best_.deviations[i].choice && has_budget()) {
        const std::uint64_t choice = best_.deviations[i].choice;
        Plan candidate = best_;
        candidate.deviations[i].choice = least + (choice - least) / 2;
        const std::uint64_t tried = candidate.deviations[i].choice;
        if (try_plan(std::move(candidate))) {
          has_changed = true;
        } else {
          least = tried + 1;
        }
      }
    }
    return has_changed;
  }

  /// Each draw one step further towards its generator's simplest value, for as long as it fails.
  bool simplify_draws() {
    bool has_changed = false;
    for (std::size_t i = 0; i < result_.drawn.size(); ++i) {
      for (std::uint64_t index = 0; i < result_.drawn.size() && has_budget();) {
        const Drawn drawn = result_.drawn[i];
        Plan candidate = best_;
        auto entry = std::find_if(
            candidate.draws.begin(), candidate.draws.end(),
            [&](const DrawPath& path) { return path.site == drawn.site && path.nth == drawn.nth; });
        if (entry == candidate.draws.end()) {
          candidate.draws.push_back({drawn.site, drawn.nth, {}});
          entry = candidate.draws.end() - 1;
        }
        entry->path.push_back(index);
        if (try_plan(std::move(candidate))) {
          has_changed = true;
          index = 0;
          continue;
        }
        if (leads_too_far_) break;
        ++index;
      }
    }
    return has_changed;
  }

  const Scenario& scenario_;
  const ExploreOptions& options_;
  Plan best_;
  RunResult result_;
  bool leads_too_far_ = false;  ///< the last plan asked for a simpler value than there is
  std::uint64_t runs_ = 0;
  std::uint64_t steps_ = 0;
};

Plan plan_of(const Plan& found, const std::vector<Decision>& decisions) {
  Plan plan;
  plan.seed = found.seed;
  plan.draws = found.draws;
  if (found.strategy == Strategy::hosts) plan.strategy = found.strategy;
  for (const Decision& decision : decisions) {
    plan.deviations.push_back({decision.site, decision.nth, decision.choice});
  }
  return plan;
}

}  // namespace

RunResult run_plan(const Scenario& scenario, const ExploreOptions& options, const Plan& plan,
                   RunObserver* observer) {
  if (plan.strategy != Strategy::plan && plan.strategy != Strategy::hosts) {
    const Attempt attempt = attempt_of(plan.seed);
    SearchOracle oracle(plan.seed, attempt.strategy);
    return run_once(scenario, options, attempt.world, plan, oracle, observer);
  }
  PlanOracle oracle(plan, {.line = plan.strategy == Strategy::hosts ? Oracle::Line::each_host
                                                                    : Oracle::Line::open});
  return run_once(scenario, options, World::planned, plan, oracle, observer);
}

Shrunk shrink(const Scenario& scenario, const ExploreOptions& options, const Plan& found,
              const RunResult& result, const std::vector<Decision>& decisions) {
  Shrunk shrunk;
  shrunk.deviations_before = decisions.size();
  Plan whole = plan_of(found, decisions);
  RunResult again = run_plan(scenario, options, whole, nullptr);
  if (again.verdict != RunResult::Verdict::failed || again.sentence != result.sentence) {
    shrunk.plan = found;
    shrunk.result = result;
    shrunk.is_repeatable = false;
    shrunk.is_minimal = false;
    return shrunk;
  }
  Shrinker shrinker(scenario, options, std::move(whole), std::move(again));
  shrinker.remove_kinds(decisions);
  shrinker.shrink_to_the_end();
  shrunk.plan = shrinker.best();
  shrunk.result = shrinker.result();
  shrunk.runs = shrinker.runs();
  shrunk.is_minimal = shrinker.has_budget();
  return shrunk;
}

}  // namespace rill::simnet
