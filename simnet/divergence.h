// Where two runs that should be one part, and what the program did there.
//
//   if (const auto divergence = diverges_when_run_twice(run_my_scenario)) {
//     FAIL(divergence->explain());
//   }
//
// A program is deterministic if its run follows from the seed. What makes it otherwise - a clock,
// an address, a byte that nobody set - shows in the first event that differs, and the source line
// of that event is where the leak came out. Two runs in one process share addresses and
// environment, so they show clocks, randomness, threads and what one run leaves to the next; for
// the others compare the logs of two processes (tests/determinism/leaks does).
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "simnet/event_log.h"

namespace rill::simnet {

struct Divergence {
  std::size_t equal_events = 0;  ///< so many are the same in both
  /// The first that differ. At most one is missing: that run had ended.
  std::optional<LoggedEvent> one;
  std::optional<LoggedEvent> other;
  /// The last common event that has a source line; none if they differ from the start.
  std::optional<LoggedEvent> before;

  /// A few lines for people: what happened in each, when, whose doing, at which source line.
  std::string explain() const;
};

/// Nothing: the runs are the same, as far as a fingerprint can see - but for a moment that passed
/// after the last event.
std::optional<Divergence> first_divergence(const EventLog& one, const EventLog& other);

/// Calls `run_once` twice; it hands the sink on as RunOptions::trace_sink. What it throws is passed
/// on: to compare runs that fail, let it catch their failure.
std::optional<Divergence> diverges_when_run_twice(
    const std::function<void(TraceSink& sink)>& run_once);

}  // namespace rill::simnet
