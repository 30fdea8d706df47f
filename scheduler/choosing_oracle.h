// A run in which single decisions are made otherwise: an oracle around another one.
//
//   SeededOracle seeded(7, SeededOracle::Order::random);
//   ChoosingOracle oracle(seeded, {{"turn", key, 4, 1}});
//
// All that is not listed the other oracle decides, as it would have done anyway: what is before the
// first listed decision is the same run, and what comes after it is drawn by the same sites and
// counts. A plan (simnet/explore/plan.h) is the other way to say what differs, but from the plain
// run, where everything that is not listed is 0.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scheduler/choice.h"
#include "scheduler/oracle.h"

namespace rill {

class ChoosingOracle final : public Oracle {
 public:
  /// `rest` must outlive it. No two of `choices` should be of one decision.
  ChoosingOracle(Oracle& rest, std::vector<Choice> choices);

  std::uint64_t decide(Site& site, std::uint64_t alternatives) override;
  bool orders_tasks() const override { return rest_.orders_tasks(); }
  Line line() const override { return rest_.line(); }

  /// After the run: which choices were not made, and why, as a list in words; empty if all were. A
  /// decision that the run never came to was not made, and one that had fewer alternatives was left
  /// to `rest`.
  std::string not_made() const;

 private:
  struct Wish {
    Choice choice;
    std::uint64_t decisions = 0;     ///< at its site, so far
    std::uint64_t alternatives = 0;  ///< that there were; 0: it has not come to that yet
  };

  Oracle& rest_;
  std::vector<Wish> wishes_;  // as many as somebody types
};

}  // namespace rill
