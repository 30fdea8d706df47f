// What a command line says to whoever makes the run again: in a recording, and in a trace. Internal
// to lessons/common.
#pragma once

#include <string>
#include <vector>

namespace rill::lesson {

/// What to record of a real run, so that a replay has the same flags: all but where files of this
/// run go.
std::vector<std::string> recorded_arguments(int argc, char** argv);

/// The command of a simulated run but for --seed and --choose, which its trace has apart, as one
/// types it: "./rill run crawler --pages 50". Without where files go, and how much is said.
std::string command_text(const std::string& program, int argc, char** argv);

}  // namespace rill::lesson
