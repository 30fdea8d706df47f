// The learner as the scheduler: whenever several tasks could go on, a player says who is held back.
//
// A game is a list of answers, and each look at it is the whole run from its start: so an answer is
// taken back by leaving it out. Invariant: what was played is a plan, and its token repeats it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lessons/school/checker.h"

namespace rill::school {

/// What a player has said so far.
struct Game {
  const Property* property = nullptr;
  std::uint64_t seed = 0;  ///< of what the scenario draws
  /// By how many steps each asked task is held back: 0, 1, 2, 4 ...
  std::vector<std::uint64_t> answers = {};
  bool is_over = false;  ///< ask no more: the rest runs first come, first served
};

/// The run up to the first question without an answer, or its end.
struct Position {
  std::string happened;     ///< since the last question, a line for each event
  std::string question;     ///< who is ready, and who gets in line; empty: the run has ended
  PropertyVerdict verdict;  ///< of the run as it ended; its token names what was played
};

Position play(const Lesson& lesson, const Game& game, Progress& progress);

/// "0", "1", "2", "4" ... "1024": how far a task may be held back. Nothing if it is none of these.
std::optional<std::uint64_t> places_of(std::string_view word);

}  // namespace rill::school
