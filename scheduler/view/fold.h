// Fold: which events get a row of their own. page/fold.js is the same for the page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "scheduler/view/clues.h"
#include "scheduler/view/model.h"

namespace rill::view {

enum class Level : std::uint8_t {
  messages,    ///< what goes between hosts, who comes and goes, who is stuck, and what fails
  waits,       ///< and what each task waits for, and who wakes it
  everything,  ///< and each step and decision
};

/// The events that have a row. At Level::messages a send that leaves at once as one segment, and an
/// arrival that is read at once, share the row of the other.
std::vector<std::size_t> rows(const Model& model, const Telling& telling, Level level);

}  // namespace rill::view
