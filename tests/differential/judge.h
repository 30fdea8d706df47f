// Repeats in the simulator what the kernel did, and finds the first reply that differs.
#pragma once

#include <array>
#include <iosfwd>
#include <optional>
#include <string>

#include "tests/differential/normalise.h"
#include "tests/differential/observe.h"
#include "tests/differential/world.h"

namespace rill::differential {

/// What many scripts showed.
struct Findings {
  Coverage coverage;
  std::array<long, kFreedoms> freedoms{};  ///< how often each was needed
  long scripts = 0;
  long steps = 0;
  long parted = 0;  ///< scripts that were not compared to their end: Verdict::parted
};
std::ostream& operator<<(std::ostream& out, const Findings& findings);

/// Repeats the steps of `kernel` in `sim` until a reply differs. Empty if none does; else the
/// script in two columns up to there, with the difference marked. `findings` may be null.
/// `is_uring`: see Normaliser.
std::optional<std::string> difference(const Transcript& kernel, World& sim, Findings* findings,
                                      bool is_uring = false);

}  // namespace rill::differential
