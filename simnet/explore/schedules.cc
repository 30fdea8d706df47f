// The enumeration of schedules. See schedules.h.
#include "simnet/explore/schedules.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "simnet/explore/world.h"

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
  /// The hosts to which this run looks other than `other`, a bit each; those above 63 share one.
  std::uint64_t differences(const HostViews& other) const {
    std::uint64_t hosts = 0;
    for (std::size_t host = 0; host < std::max(views_.size(), other.views_.size()); ++host) {
      const bool is_seen = host < views_.size() && host < other.views_.size();
      if (!is_seen || views_[host] != other.views_[host]) hosts |= bit_of(host);
    }
    return hosts;
  }
  static std::uint64_t bit_of(std::size_t host) {
    return std::uint64_t{1} << std::min<std::size_t>(host, 63);
  }

 private:
  std::vector<std::uint64_t> views_;
};

class Enumeration {
 public:
  Enumeration(const Scenario& scenario, const ExploreOptions& options,
              const ScheduleOptions& schedules)
      : scenario_(scenario), options_(options), schedules_(schedules) {
    if (schedules.reduces) base_.strategy = Strategy::hosts;
    // Steps of some milliseconds are part of the world, and so of every plan.
    if (options_.varies_network) {
      base_.deviations.push_back({short_key(Site("world step", 0).key), 0, kStepChoice});
    }
    PlanOracle world(base_, {.notes_all = true});
    draw_world(World::calm, options_, world);
    world_decisions_ = world.decisions().size();
  }

  ScheduleSearch run() {
    waiting_.push_back({base_, 0, 0});
    while (!waiting_.empty() && !found_.failing) {
      if (found_.runs == schedules_.most_runs) {
        found_.is_complete = false;
        break;
      }
      const Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      if (!is_product(next)) try_plan(next.plan);
    }
    return std::move(found_);
  }

 private:
  static constexpr std::uint64_t kStepChoice = 4;  // 2 ms on average: see draw_world()

  void try_plan(const Plan& plan) {
    PlanOracle oracle(plan,
                      {.line = schedules_.reduces ? Oracle::Line::each_host : Oracle::Line::present,
                       .notes_all = true});
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
    if (found_.runs == 1) plain_ = views;
    const std::size_t depth = plan.deviations.size() - base_.deviations.size();
    const std::uint64_t noticed_by = views.differences(plain_);
    if (depth == 1) noticed_[place_of(plan.deviations.back())] = noticed_by;
    if (depth == schedules_.deviations) return;
    if (schedules_.reduces && !seen_.insert(views.digest()).second) return;
    vary(plan, oracle.decisions(), noticed_by);
  }

  /// Each choice that was made after the world and the last deviation, made otherwise.
  void vary(const Plan& plan, const std::vector<Decision>& decisions, std::uint64_t noticed_by) {
    std::size_t after = world_decisions_;
    if (plan.deviations.size() > base_.deviations.size()) {
      const Deviation& last = plan.deviations.back();
      while (after < decisions.size() &&
             (decisions[after].site != last.site || decisions[after].nth != last.nth)) {
        ++after;
      }
      ++after;
    }
    for (; after < decisions.size(); ++after) {
      const Decision& decision = decisions[after];
      const bool is_turn = std::string_view(decision.name) == "turn";
      const bool has_places = is_turn && decision.alternatives > 2;
      if (has_places) add(plan, decision, 1, noticed_by);
      add(plan, decision, decision.alternatives - 1, noticed_by);
    }
  }

  /// A plan that waits for its run, and what is known of the run that it varies.
  struct Waiting {
    Plan plan;
    HostId host = 0;               // whom the last deviation is about
    std::uint64_t noticed_by = 0;  // the deviations before it: a bit for each host
  };

  void add(const Plan& plan, const Decision& decision, std::uint64_t choice,
           std::uint64_t noticed_by) {
    Waiting next{plan, decision.host, noticed_by};
    next.plan.deviations.push_back({decision.site, decision.nth, choice});
    waiting_.push_back(std::move(next));
  }
  /// Whether nobody notices both the last deviation and those before it: then their combination
  /// shows nothing that they do not show apart. All single ones have been tried by now.
  bool is_product(const Waiting& next) const {
    if (!schedules_.reduces || next.noticed_by == 0) return false;
    const auto alone = noticed_.find(place_of(next.plan.deviations.back()));
    return alone != noticed_.end() &&
           ((alone->second | HostViews::bit_of(next.host)) & next.noticed_by) == 0;
  }
  using Place = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;
  static Place place_of(const Deviation& deviation) {
    return {deviation.site, deviation.nth, deviation.choice};
  }

  const Scenario& scenario_;
  const ExploreOptions& options_;
  Plan base_;
  std::size_t world_decisions_ = 0;  // the first ones of each run
  const ScheduleOptions& schedules_;
  ScheduleSearch found_;
  std::deque<Waiting> waiting_;
  std::set<std::uint64_t> seen_;            // what the hosts saw, of runs that were varied
  HostViews plain_;                         // of the run without a deviation
  std::map<Place, std::uint64_t> noticed_;  // by which hosts, for each deviation alone
};

}  // namespace

ScheduleSearch try_all_schedules(const Scenario& scenario, const ExploreOptions& options,
                                 const ScheduleOptions& schedules) {
  return Enumeration(scenario, options, schedules).run();
}

}  // namespace rill::simnet
