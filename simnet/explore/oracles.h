// The oracles of a search: one that chooses by strategy and notes what it chose, and one that
// follows a plan.
//
// Both are Oracles like any other: scheduler and network do not know that they are searched.
// Invariant: following the deviations that a search noted repeats its run, choice for choice.
#pragma once

#include <cstdint>
#include <vector>

#include "scheduler/oracle.h"
#include "simnet/explore/plan.h"
#include "simnet/explore/priorities.h"

namespace rill::simnet {

/// A choice as it was made, for shrinkers and enumerations.
struct Decision {
  std::uint64_t site = 0;  ///< short_key()
  std::uint64_t nth = 0;
  std::uint64_t alternatives = 0;
  std::uint64_t choice = 0;
  const char* name = "";  ///< the site's
  HostId host = 0;        ///< whom it was about, where that is one host
};

/// Chooses by seed and strategy; notes every choice that is not plain.
class SearchOracle final : public Oracle {
 public:
  SearchOracle(std::uint64_t seed, Strategy strategy);

  std::uint64_t decide(Site& site, std::uint64_t alternatives) override;
  /// Also for fifo: only then tasks are known by their ancestry, as a plan knows them.
  bool orders_tasks() const override { return true; }
  const std::vector<Decision>& decisions() const { return decisions_; }

 private:
  std::uint64_t turn(const Site& site, std::uint64_t alternatives, std::uint64_t bits);

  std::uint64_t seed_;
  Strategy strategy_;
  Priorities priorities_;  // for Strategy::pct
  std::vector<Decision> decisions_;
};

/// Chooses what `plan` lists, and plainly otherwise.
class PlanOracle final : public Oracle {
 public:
  /// What else it does.
  struct Options {
    Line line = Line::open;
    bool notes_all = false;  ///< decisions() then holds plain choices too
  };
  explicit PlanOracle(const Plan& plan) : PlanOracle(plan, Options()) {}
  PlanOracle(const Plan& plan, const Options& options);

  std::uint64_t decide(Site& site, std::uint64_t alternatives) override;
  bool orders_tasks() const override { return true; }
  Line line() const override { return options_.line; }
  const std::vector<Decision>& decisions() const { return decisions_; }

 private:
  std::vector<Deviation> deviations_;  // by (site, nth)
  Options options_;
  std::vector<Decision> decisions_;
};

}  // namespace rill::simnet
