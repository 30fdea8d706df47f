// Clues: of a run that fails what a person would look at first. page/clues.js is the same for the
// page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "scheduler/view/model.h"

namespace rill::view {

/// The most telling first.
enum class ClueRank : std::uint8_t {
  lost,               ///< a channel is destroyed with values in it
  left_out,           ///< a task that goes round leaves one out
  did_nothing,        ///< a task returns in its first step, and another of its name goes on
  set_in_vain,        ///< an event is set, and nobody ever waits for it from then on
  cut_short,          ///< a kill or a timeout ends a wait, and the run goes on
  did_nothing_alone,  ///< a task returns in its first step
};

struct Clue {
  std::size_t i = kNone;  ///< the event
  ClueRank rank = ClueRank::lost;
  std::string more;           ///< behind its sentence
  std::size_t place = kNone;  ///< the event whose line is to be seen; kNone: its own
};

/// What of a run is telling, whether it fails or not.
struct Telling {
  /// They have a row at each level: waits that never end, what was done last to each object for
  /// which somebody waits in vain, and `deeds`.
  std::set<std::size_t> events;
  std::vector<Clue> deeds;  ///< clues among what was done to objects and connections
};
Telling find_telling(const Model& model);

/// The verdicts that failed, and that the run did; of a run without either the tasks that failed.
std::vector<std::size_t> failures(const Model& model);

/// What is worth a look in a run with these failures, the most telling first; none without any.
std::vector<Clue> clues(const Model& model, const Telling& telling,
                        const std::vector<std::size_t>& fails);

}  // namespace rill::view
