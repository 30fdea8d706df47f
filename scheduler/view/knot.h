// Knot: of a deadlock who waits for whom, and whose wait nobody ends. page/knot.js is the same for
// the page.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scheduler/view/model.h"

namespace rill::view {

struct KnotLine {
  std::string text;          ///< "call#7, call#8 wait for a permit of semaphore#1, held by call#5"
  std::size_t wait = kNone;  ///< the event, of the first of them
};

struct KnotPart {
  std::string title;
  std::vector<KnotLine> lines;
};

/// The deadlock among the failures of a run, or kNone.
std::size_t find_deadlock(const Model& model, const std::vector<std::size_t>& fails);

/// At event i, a deadlock: rings, and waits that nobody ends, those first that hold up most tasks;
/// then who waits for these, then who has no work. It is what the trace tells: what each task waits
/// on, who holds that, and who ever put, took, set or released there before.
std::vector<KnotPart> knot(const Model& model, std::size_t i);

}  // namespace rill::view
