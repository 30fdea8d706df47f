// Turn: what came between two steps of a task: who ran while it waited, and above all between its
// wake and its step, and what they did to that which it has in its hands. What held when it began
// to wait need not hold any more. page/turn.js is the same for the page.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scheduler/view/model.h"

namespace rill::view {

/// Sentences about the step that event i is in; none where nobody came between it and the last.
std::vector<std::string> turn(const Model& model, std::size_t i);

}  // namespace rill::view
