// From argv to Settings. Internal to lessons/common.
#pragma once

#include "lessons/common/program.h"

namespace rill::lesson {

/// Reads the flags that every program has, and its own. False if there was nothing to do but to
/// show the help. Throws UsageMistake.
bool read_command_line(const Program& program, int argc, char** argv, Settings& settings);

}  // namespace rill::lesson
