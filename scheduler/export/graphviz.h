// A trace as a graph for Graphviz: what happened before what (Lamport), of its last events.
//
// A box for each task and each host's kernel, an edge for each cause that does not follow from the
// others: messages blue, what channels, semaphores and events hand on green, spawns dashed, all
// else grey.  dot -Tsvg run.dot > run.svg
#pragma once

#include "scheduler/export/export.h"

namespace rill::exports {

/// The last `most_events`: nobody reads a graph of more.
ExportResult to_graphviz(const trace::Log& log, std::size_t most_events = 100);

}  // namespace rill::exports
