// A trace as a log for ShiViz (Beschastnikh et al.): a lane for each task and each host's kernel,
// vector clocks, and an event's text without times, so that ShiViz can compare two runs.
//
// Choose the file at bestchai.bitbucket.io/shiviz: its first two lines tell ShiViz how to read the
// rest. (Of a text that is pasted it does not expect them.)
#pragma once

#include "scheduler/export/export.h"

namespace rill::exports {

/// The last `most_events`; beyond some thousands ShiViz gets slow.
ExportResult to_shiviz(const trace::Log& log, std::size_t most_events = 2'000);

}  // namespace rill::exports
