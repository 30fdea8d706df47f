// The child's side of the guardian: notes where it was when it crashed or looped. Internal.
#pragma once

#include "lessons/school/progress.h"

namespace rill::school {

/// From now on a crash, and a step that takes too long, end this process after a note in `progress`
/// - with kWrecked as exit code.
void note_wrecks(Progress& progress);

inline constexpr int kWrecked = 99;

}  // namespace rill::school
