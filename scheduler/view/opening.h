// Opening: where the page of a run that fails opens, and by which rule. page/opening.js is the same
// for the page.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scheduler/view/clues.h"
#include "scheduler/view/model.h"

namespace rill::view {

struct Opening {
  std::size_t i = kNone;  ///< the event
  std::string why;        ///< empty: it is the first failure itself
};

/// Where a run with these failures, at least one, and these clues is opened. It is the first
/// failure; but a verdict about the run as a whole has no place of its own, and then it is what the
/// verdict names, or else the deadlock, or else the first clue.
Opening opening(const Model& model, const std::vector<std::size_t>& fails,
                const std::vector<Clue>& clues);

}  // namespace rill::view
