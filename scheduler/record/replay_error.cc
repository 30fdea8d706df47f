// The sentences of a replay that cannot go on. See replay_error.h.
#include "scheduler/record/replay_error.h"

namespace rill::record {
namespace {

std::string place(const Position& position) {
  return "after " + std::to_string(position.operations) +
         (position.operations == 1 ? " operation, " : " operations, ") +
         to_string(position.since_start) + " after the start";
}

}  // namespace

Mismatch::Mismatch(const std::string& path, Position position, std::string recorded,
                   std::string program, const std::string& task)
    : ReplayError("the program does something else than in the recording '" + path + "' (" +
                      place(position) + ")\n  recorded: " + recorded + "\n  program:  " + program +
                      (task.empty() ? "" : "\n  by task   " + task),
                  position),
      recorded_(std::move(recorded)),
      program_(std::move(program)) {}

RecordingEnds::RecordingEnds(const std::string& path, Position position, const std::string& why,
                             const std::string& program)
    : ReplayError("the recording '" + path + "' ends here (" + place(position) +
                      (why.empty() ? "" : "; " + why) +
                      "), and the program goes on with: " + program,
                  position) {}

}  // namespace rill::record
