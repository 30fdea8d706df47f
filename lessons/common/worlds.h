// The two ways in which run_program() runs a program. Internal to lessons/common.
#pragma once

#include "lessons/common/program.h"

namespace rill::lesson {

/// Runs the scenario, prints the story, the report and the fingerprint. Rethrows what the run
/// threw, after printing.
void run_simulated(const Program& program, const Settings& settings);

/// Runs the program on real sockets.
void run_real(const Program& program, const Settings& settings);

}  // namespace rill::lesson
