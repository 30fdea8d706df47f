// The conversation of ./rill play: asks, reads answers from standard input, tells how it ends.
// Internal to the check's main().
#pragma once

#include "lessons/school/lesson.h"

namespace rill::school {

/// argv: "play" [PROPERTY] [--seed N]. The exit code is that of a check of the one run: 0 when the
/// property held to the end, 1 when the player has broken it.
int play_game(const Lesson& lesson, int argc, char** argv);

}  // namespace rill::school
