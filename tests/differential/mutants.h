// Planted mistakes: simulators of TCP that are wrong in one thing each, the way one gets it wrong
// who models TCP from memory. Every one of them must be caught by comparison with the kernel; one
// that is not shows a hole in the observables, or in the scripts.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "tests/differential/distorted.h"

namespace rill::differential {

struct Mutant {
  std::string_view sentence;  ///< what it gets wrong
  std::unique_ptr<Distorted> (*make)(simnet::Network& network);
};

/// Mistakes about how connections come to be, how bytes move, and how streams end.
const std::vector<Mutant>& connecting_mutants();
const std::vector<Mutant>& stream_mutants();
const std::vector<Mutant>& closing_mutants();

template <class T>
Mutant mutant(std::string_view sentence) {
  return {sentence, [](simnet::Network& network) -> std::unique_ptr<Distorted> {
            return std::make_unique<T>(network);
          }};
}

}  // namespace rill::differential
