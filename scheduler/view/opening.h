// Opening: where the page of a run that fails opens, and by which rule. Part of page/clues.js for
// the page.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "scheduler/view/model.h"

namespace rill::view {

struct Opening {
  std::size_t i = kNone;  ///< the event
  std::string why;        ///< empty: it is the first failure itself
};

/// Where a run that fails is opened. It is the first failure; but a verdict about the run as a
/// whole has no place of its own, and then it is what the verdict names, or else the deadlock, or
/// else the first clue.
std::optional<Opening> opening(const Model& model);

}  // namespace rill::view
