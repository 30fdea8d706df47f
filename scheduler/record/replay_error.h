// How a replay ends when it cannot go on: the program does something else than it did, or the
// recording is over.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "scheduler/time.h"

namespace rill::record {

/// Where in a recording.
struct Position {
  std::uint64_t operations = 0;  ///< submitted so far, in all runs
  Duration since_start;          ///< of the run
};

class ReplayError : public std::runtime_error {
 public:
  const Position& position() const { return position_; }

 protected:
  ReplayError(const std::string& text, Position position)
      : std::runtime_error(text), position_(position) {}

 private:
  Position position_;
};

/// The first call that is not the recorded one.
class Mismatch final : public ReplayError {
 public:
  Mismatch(const std::string& path, Position position, std::string recorded, std::string program,
           const std::string& task);

  /// Both sides, such as "send of 5 bytes "hello" on socket 3".
  const std::string& recorded() const { return recorded_; }
  const std::string& program() const { return program_; }

 private:
  std::string recorded_;
  std::string program_;
};

/// The program goes on where the recording does not: it was cut, or its process died then.
class RecordingEnds final : public ReplayError {
 public:
  RecordingEnds(const std::string& path, Position position, const std::string& why,
                const std::string& program);
};

}  // namespace rill::record
