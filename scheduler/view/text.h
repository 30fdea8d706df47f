// The picture of a run as text: for terminals, screen readers, and to be pasted into a report.
#pragma once

#include <cstddef>
#include <string>

#include "scheduler/view/fold.h"

namespace rill::view {

struct TextOptions {
  Level level = Level::messages;
  std::size_t most_rows = SIZE_MAX;  ///< what is beyond is said in a line
};

/// A lane for each task, a row for each event, and what was left out. No colours; UTF-8, and
/// nothing that a terminal would act upon, whatever the trace holds. The page has the same text
/// behind its key t (page/twin.js).
std::string to_text(const trace::Log& log, const TextOptions& options = {});

}  // namespace rill::view
