// The golden file: fingerprints that every build must give, whatever compiler, optimisation or
// sanitizer it was made with. It is checked in as golden.txt; `bazel run //tests/determinism:play
// -- --write-golden` writes it anew after a change of the model that was meant.
#pragma once

#include <string>

namespace rill::testing {

/// The whole file, as this build sees it.
std::string golden_text();

}  // namespace rill::testing
