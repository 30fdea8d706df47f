// Recordings as test data: a run that went wrong, kept as a file, and what must become of it.
//
//   const auto program = [] { return serve("127.0.0.1", 4915); };
//   // The recording still shows the bug, in the program as it was:
//   CHECK(replay_recording("bug.rec", buggy).ending == Ending::failed);
//   // The program of today meets the same peers, and survives them:
//   CHECK(meet_recorded_peers("bug.rec", program).survived());
//
// shrink_recording() makes such a file small. `program` is called once for each run, and gives the
// root task; what it refers to must outlive the call.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "scheduler/backend.h"
#include "scheduler/record/recording.h"
#include "scheduler/run_options.h"
#include "scheduler/task.h"

namespace rill::record {

using Program = std::function<Task<>()>;

enum class Ending : std::uint8_t {
  finished,         ///< all tasks have ended
  failed,           ///< the program threw: an exception of its own, Deadlock, NoProgress
  recording_ended,  ///< the program would go on, the recording does not
  mismatch,         ///< the program did something else than it did (replay_recording() only)
};

struct Replayed {
  Ending ending = Ending::finished;
  std::string message;  ///< of what ended the run; empty when it finished
  RunReport report;
  std::string recorded_fingerprint;  ///< of replay_recording(), when the replay got that far

  /// The program did not fail by itself, nor leave the recording.
  bool survived() const { return ending == Ending::finished || ending == Ending::recording_ended; }
};

/// Runs the program on `backend`, and says how that ended.
Replayed play(Backend& backend, const Program& program);

/// Repeats the run, call by call (ReplayBackend). Throws UsageError for a file that is no
/// recording.
Replayed replay_recording(const std::string& path, const Program& program);
Replayed replay_recording(const Recording& recording, const Program& program,
                          std::uint64_t most_entries = UINT64_MAX);

/// Runs a program that may have been changed against the recorded peers (PeersBackend). Throws
/// UsageError for a file that is no recording.
Replayed meet_recorded_peers(const std::string& path, const Program& program);

struct Shrunk {
  std::string message;             ///< the failure, which the small recording still has
  std::uint64_t parts_before = 0;  ///< accepted connections and signals
  std::uint64_t parts = 0;
  std::uint64_t entries_before = 0;
  std::uint64_t entries = 0;
};

/// Writes to `small_path` the smallest recording that it finds on which `program` fails with the
/// message that it fails with on `recording`: without the connections and signals that do not
/// matter, and cut off right behind the last call before the failure. Throws UsageError if
/// `program` does not fail, or the file cannot be written. Runs the program many times.
Shrunk shrink_recording(const Recording& recording, const std::string& small_path,
                        const Program& program);

}  // namespace rill::record
