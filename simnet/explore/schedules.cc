// The enumeration of schedules. See schedules.h.
#include "simnet/explore/schedules.h"

#include <deque>
#include <set>
#include <string_view>

#include "scheduler/turns.h"

namespace rill::simnet {
namespace {

/// What each host saw, in its own order: runs in which all hosts saw the same are equivalent.
class HostViews final : public RunObserver {
 public:
  void on_event(const TraceEvent& event) override {
    if (event.task == 0 || event.kind == EventKind::decide) return;
    if (views_.size() <= event.host) views_.resize(event.host + 1, 0);
    std::uint64_t& view = views_[event.host];
    view = scatter(view ^ scatter(event.task ^ static_cast<std::uint64_t>(event.kind) << 32));
    view = scatter(view ^ event.b);
    // Sockets are numbered in the order in which the whole network made them.
    if (event.kind == EventKind::step) return;
    for (const char c : event.text) view = scatter(view ^ static_cast<unsigned char>(c));
  }
  std::uint64_t digest() const {
    std::uint64_t all = 0;
    for (const std::uint64_t view : views_) all = scatter(all ^ view);
    return all;
  }

 private:
  std::vector<std::uint64_t> views_;
};

class Enumeration {
 public:
  Enumeration(const Scenario& scenario, const ExploreOptions& options,
              const ScheduleOptions& schedules)
      : scenario_(scenario), options_(options), schedules_(schedules) {
    // Steps of some milliseconds are part of the world, and so of every plan.
    if (options_.varies_network) {
      base_.deviations.push_back({short_key(Site("world step", 0).key), 0, kStepChoice});
    }
  }

  ScheduleSearch run() {
    waiting_.push_back(base_);
    while (!waiting_.empty() && !found_.failing) {
      if (found_.runs == schedules_.most_runs) {
        found_.is_complete = false;
        break;
      }
      Plan plan = std::move(waiting_.front());
      waiting_.pop_front();
      try_plan(plan);
    }
    return std::move(found_);
  }

 private:
  static constexpr std::uint64_t kStepChoice = 4;  // 2 ms on average: see draw_world()

  void try_plan(const Plan& plan) {
    PlanOracle oracle(plan, {.orders_each_host = schedules_.reduces, .notes_all = true});
    HostViews views;
    RunResult result = run_once(scenario_, options_, World::calm, plan, oracle,
                                schedules_.reduces ? &views : nullptr);
    ++found_.runs;
    if (result.verdict == RunResult::Verdict::failed) {
      found_.failing = plan;
      found_.result = std::move(result);
      found_.runs_at_failure = found_.runs;
      found_.is_complete = false;
      return;
    }
    if (plan.deviations.size() == base_.deviations.size() + schedules_.deviations) return;
    if (schedules_.reduces && !seen_.insert(views.digest()).second) return;
    vary(plan, oracle.decisions());
  }

  /// Each choice that was made after the last deviation, made otherwise.
  void vary(const Plan& plan, const std::vector<Decision>& decisions) {
    std::size_t after = 0;
    if (!plan.deviations.empty()) {
      const Deviation& last = plan.deviations.back();
      while (after < decisions.size() &&
             (decisions[after].site != last.site || decisions[after].nth != last.nth)) {
        ++after;
      }
      ++after;
    }
    for (; after < decisions.size(); ++after) {
      const Decision& decision = decisions[after];
      const std::string_view name = decision.name;
      if (name.substr(0, 5) == "world") continue;
      const bool is_turn = name == "turn";
      if (is_turn) add(plan, decision, 1);
      add(plan, decision, decision.alternatives - 1);
    }
  }

  void add(const Plan& plan, const Decision& decision, std::uint64_t choice) {
    Plan next = plan;
    next.deviations.push_back({decision.site, decision.nth, choice});
    waiting_.push_back(std::move(next));
  }

  const Scenario& scenario_;
  const ExploreOptions& options_;
  Plan base_;
  const ScheduleOptions& schedules_;
  ScheduleSearch found_;
  std::deque<Plan> waiting_;
  std::set<std::uint64_t> seen_;
};

}  // namespace

ScheduleSearch try_all_schedules(const Scenario& scenario, const ExploreOptions& options,
                                 const ScheduleOptions& schedules) {
  return Enumeration(scenario, options, schedules).run();
}

}  // namespace rill::simnet
