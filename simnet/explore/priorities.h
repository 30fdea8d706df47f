// PCT, probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, 2010).
//
// Each task has a priority, drawn once; and d - 1 times in a run, at turns that were drawn before,
// the task whose turn it is falls behind all others. A mistake that takes d orderings among n tasks
// and k turns is met with a probability of at least 1 / (n x k^(d - 1)), whatever else the program
// does: where a random walk hardly ever starves a task, this does it on purpose.
// The depth d, 1 to 5, and the length k within which the falls lie, 16 to 2048 turns, differ from
// seed to seed. Tasks are told apart by their site, so by what they wait for too.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "scheduler/oracle.h"

namespace rill::simnet {

class Priorities {
 public:
  explicit Priorities(std::uint64_t seed);

  /// How far the task at `site` is held back at this turn: 0 the highest priority, and
  /// alternatives - 1 after its fall.
  std::uint64_t turn(const Site& site, std::uint64_t alternatives);
  /// The depth d.
  unsigned depth() const { return depth_; }

 private:
  static constexpr unsigned kMostDepth = 5;

  std::uint64_t seed_;
  unsigned depth_;
  std::array<std::uint64_t, kMostDepth - 1> falls_{};  // at which turns of the run
  std::uint64_t turns_ = 0;
  std::vector<std::uint64_t> fallen_;  // by site's instance
};

}  // namespace rill::simnet
