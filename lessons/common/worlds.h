// The ways in which run_program() runs a program, and the simulated run without a word about it,
// for tests.
#pragma once

#include "lessons/common/program.h"
#include "scheduler/record/recording.h"
#include "scheduler/run_options.h"
#include "simnet/options.h"

namespace rill::simnet {
class Network;
}

namespace rill::lesson {

/// The simulated network that `program` asks for.
simnet::NetworkOptions network_options(const Program& program);

/// Runs the scenario with settings.seed and settings.choices; `sink` and `recorder` may be null.
/// Prints nothing, throws what the run threw, and UsageMistake if it did not come to one of the
/// choices: if it has thrown already, says that on stderr. `report` is filled in in any case.
void play_scenario(const Program& program, const Settings& settings, simnet::Network& network,
                   TraceSink* sink, RunReport& report, TraceSink* recorder = nullptr);

/// Runs the scenario, prints the story, the report and the fingerprint. Rethrows what the run
/// threw, after printing. `command` is what command_text() made of its command line.
void run_simulated(const Program& program, const Settings& settings, const std::string& command);

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
