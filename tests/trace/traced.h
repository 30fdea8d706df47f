// The trace of a small run on a network of its own, and how tests find their way in it.
#pragma once

#include <string>

#include "scheduler/run_options.h"
#include "scheduler/task.h"
#include "scheduler/trace/record.h"

namespace rill::testing {

/// Checks that the trace is consistent, too. How the run fails is in the trace, and not thrown.
trace::Log traced(Task<> root, const RunOptions& wanted = {});

/// "reader" of "reader#4".
std::string plain(const std::string& task);

/// The first of a kind that happens to a task - or in one, if the kind has no target. Fails the
/// test if there is none.
const trace::Record& first(const trace::Log& log, trace::Kind kind, const std::string& of);

}  // namespace rill::testing
