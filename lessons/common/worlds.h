// The ways in which run_program() runs a program. Internal to lessons/common.
#pragma once

#include "lessons/common/program.h"
#include "scheduler/record/recording.h"

namespace rill::lesson {

/// Runs the scenario, prints the story, the report and the fingerprint. Rethrows what the run
/// threw, after printing.
void run_simulated(const Program& program, const Settings& settings);

/// Runs the program on real sockets. With settings.record, records it under `arguments`, its
/// command line, and prints the fingerprint.
void run_real(const Program& program, const Settings& settings,
              const std::vector<std::string>& arguments);

/// Runs a recorded real run of the program again; prints its fingerprint, and throws Failure if it
/// is another than the recorded one. `settings` are those of the recorded run.
void run_replay(const Program& program, const Settings& settings,
                const record::Recording& recording);

/// Writes the smallest recording to settings.shrink on which the program fails as it does on
/// `recording`, and says what is left. Throws UsageMistake if it does not fail.
void run_shrinking(const Program& program, const Settings& settings,
                   const record::Recording& recording);

}  // namespace rill::lesson
