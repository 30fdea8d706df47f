// See golden.h.
#include "tests/determinism/golden.h"

#include "tests/determinism/scenarios.h"

namespace rill::testing {
namespace {

constexpr std::uint64_t kGoldenSeeds = 20;

constexpr const char* kOpening =
    "# Fingerprints that every build of this tree must give: gcc or clang, -O0 or -O2, with or\n"
    "# without sanitizers. Each line is a scenario, a seed, and the fingerprint of its run.\n"
    "# When a change of the model or of a scenario was meant to change them, write them anew:\n"
    "#   bazel run //tests/determinism:play -- --write-golden\n";

}  // namespace

std::string golden_text() {
  std::string text = kOpening;
  for (const Scenario& scenario : all_scenarios()) {
    for (std::uint64_t seed = 1; seed <= kGoldenSeeds; ++seed) {
      text += scenario.name + " " + std::to_string(seed) + " " + scenario.run(seed, nullptr) + "\n";
    }
  }
  return text;
}

}  // namespace rill::testing
