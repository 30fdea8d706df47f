// A failing run told to a person: what was out of the ordinary, in one sentence; then the events
// around it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "simnet/explore/observed.h"

namespace rill::simnet {

/// "after `client#3` sent 2 bytes, the link server -> client stalls 40 ms; then ...", or "nothing
/// out of the ordinary happens" for a plan without deviations.
std::string summary(const Observer& observer);

/// How much of a run is told.
struct TimelineOptions {
  std::size_t last = 12;  ///< so many events before the end
  /// Put behind the event that broke a claim, with which the story then ends; may be empty.
  std::string_view mark = {};
  /// Tell the places of events only where they are in this folder; empty: all of them.
  std::string_view places_in = {};
};

/// One event as a line, with its end; empty if it tells a person nothing.
std::string told(const ObservedEvent& event);

/// The events of the run that matter, a line each: those around each deviation, and the last ones.
std::string timeline(const Observer& observer, const TimelineOptions& options = {});

}  // namespace rill::simnet
