// A trace for ui.perfetto.dev, in Chrome's JSON: a process for each host, a track for each task, a
// slice for each step, an arrow from what woke a task to the step that it led to; waits, segments
// on their way, faults, and how many tasks are ready.
//
// The Trace Event Format, with what Perfetto and Chrome's DevTools make of it: slices of a track
// nest and by time do not touch, an arrow begins and ends within a slice that is open, no number of
// an arrow or a wait is used twice, an instant is an I.
#pragma once

#include "scheduler/export/export.h"

namespace rill::exports {

enum class PerfettoClock : std::uint8_t {
  /// One event is one microsecond. Most steps of a simulated run take no time at all: by its own
  /// clock they would be too narrow to be clicked.
  steps,
  /// The run's clock; what happens at one instant is drawn a nanosecond apart, or three for steps.
  time,
};

ExportResult to_perfetto(const trace::Log& log, PerfettoClock clock);

}  // namespace rill::exports
