// Replays for tests. See replay.h; shrinking is in shrink.cc.
#include "scheduler/record/replay.h"

#include "scheduler/record/peers_backend.h"
#include "scheduler/record/replay_backend.h"
#include "scheduler/run.h"

namespace rill::record {

Replayed play(Backend& backend, const Program& program) {
  Replayed replayed;
  RunOptions options;
  options.fingerprint = true;
  options.report = &replayed.report;
  const auto ended = [&](Ending ending, const char* message) {
    replayed.ending = ending;
    replayed.message = message;
  };
  try {
    run(program(), backend, options);
  } catch (const Mismatch& mismatch) {
    ended(Ending::mismatch, mismatch.what());
  } catch (const RecordingEnds& end) {
    ended(Ending::recording_ended, end.what());
  } catch (const std::exception& error) {
    ended(Ending::failed, error.what());
  } catch (...) {
    ended(Ending::failed, "an exception that is not a std::exception");
  }
  return replayed;
}

Replayed replay_recording(const std::string& path, const Program& program) {
  return replay_recording(Recording(path), program);
}

Replayed replay_recording(const Recording& recording, const Program& program,
                          std::uint64_t most_entries) {
  ReplayBackend backend(recording, most_entries);
  Replayed replayed = play(backend, program);
  replayed.recorded_fingerprint = backend.recorded_fingerprint();
  return replayed;
}

Replayed meet_recorded_peers(const std::string& path, const Program& program) {
  const Recording recording(path);
  PeersBackend backend(recording, script_of(recording));
  return play(backend, program);
}

}  // namespace rill::record
