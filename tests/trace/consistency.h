// What must hold of every trace, whatever program it is of: tasks go from one state to the next,
// bytes come in order and are those that were sent, and causes fit their effects.
#pragma once

#include <string>
#include <vector>

#include "scheduler/trace/record.h"

namespace rill::testing {

/// A sentence for each thing that is wrong, with the number of the event; the first few.
std::vector<std::string> inconsistencies(const trace::Log& log);

/// The same in one text; empty if nothing is wrong.
std::string what_is_inconsistent(const trace::Log& log);

}  // namespace rill::testing
