// An oracle that follows a plan: this choice at the nth decision of this site, and the plain way
// everywhere else. And a sink that keeps the stories of faults.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/oracle.h"
#include "scheduler/trace.h"
#include "simnet/fault_sites.h"

namespace rill::simnet {

class PlannedOracle final : public Oracle {
 public:
  /// `nth`: 0 for the first decision at the site.
  void plan(const Site& site, std::uint64_t nth, std::uint64_t choice) {
    plan_[{site.key, nth}] = choice;
  }
  /// The first opportunity of `fault` at `key`.
  void plan(Fault fault, std::uint64_t key, std::uint64_t choice) {
    plan(fault_site(fault, key), 0, choice);
  }
  std::uint64_t decide(Site& site, std::uint64_t alternatives) override {
    const auto planned = plan_.find({site.key, site.count++});
    if (planned == plan_.end() || planned->second >= alternatives) return 0;
    ++followed_;
    return planned->second;
  }
  bool orders_tasks() const override { return false; }
  std::size_t followed() const { return followed_; }

 private:
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> plan_;
  std::size_t followed_ = 0;
};

struct Stories final : TraceSink {
  void on_event(const TraceEvent& event) override {
    if (event.kind == EventKind::fault) told.emplace_back(event.text);
  }
  std::vector<std::string> told;
};

}  // namespace rill::simnet
