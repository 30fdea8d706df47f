// First look: of a run that fails what a reader sees first, as lines of the text. The page has the
// same in its panel.
#pragma once

#include <string>
#include <vector>

#include "scheduler/view/clues.h"
#include "scheduler/view/model.h"

namespace rill::view {

/// The failure; where to look, and by which rule; who came between; of a deadlock who waits for
/// whom; and what is worth a look. None of a run in which nothing failed.
std::vector<std::string> first_look(const Model& model, const Telling& telling);

}  // namespace rill::view
