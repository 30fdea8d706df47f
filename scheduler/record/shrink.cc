// Makes recordings of failures small. See shrink_recording() in replay.h.
//
// First whole parts go: the program meets the peers without some of them, and while it fails as
// before, it can do without those. What is left is recorded afresh, so that it replays call by
// call. Then the end goes: the shortest prefix with the failure is found by bisection, because a
// shorter one ends before it, and a longer one has it too.
#include <unistd.h>

#include "scheduler/record/log_writer.h"
#include "scheduler/record/peers_backend.h"
#include "scheduler/record/recording_backend.h"
#include "scheduler/record/replay.h"
#include "scheduler/record/replay_backend.h"

namespace rill::record {
namespace {

std::uint64_t entries_of(const Recording& recording) {
  std::uint64_t count = 0;
  for (LogReader reader = recording.reader(); reader.next();) ++count;
  return count;
}

class Shrinker {
 public:
  Shrinker(const Recording& recording, const Program& program)
      : recording_(recording), program_(program), script_(script_of(recording)) {
    ReplayBackend replay(recording);
    const Replayed replayed = play(replay, program);
    if (replayed.ending != Ending::failed) {
      throw UsageError("there is nothing to shrink: on the recording '" + recording.path() +
                       "' the program does not fail" +
                       (replayed.message.empty() ? "" : "; instead, " + replayed.message));
    }
    message_ = replayed.message;
  }

  Shrunk shrink(const std::string& small_path) {
    Shrunk shrunk;
    shrunk.message = message_;
    shrunk.parts_before = shrunk.parts = script_.parts;
    shrunk.entries_before = entries_of(recording_);
    const std::string fresh_path = small_path + ".fresh";
    std::vector<bool> is_out(script_.parts + 1);
    // Without the program's own timing the failure may not happen at all. Then only the end can go.
    if (fails_without(is_out)) {
      leave_out(is_out);
      record(without(script_, is_out), fresh_path);
      const Recording fresh(fresh_path);
      ::unlink(fresh_path.c_str());  // it is mapped, and nobody else's
      for (const bool out : is_out) shrunk.parts -= out ? 1 : 0;
      shrunk.entries = cut(fresh, small_path);
    } else {
      shrunk.entries = cut(recording_, small_path);
    }
    return shrunk;
  }

 private:
  bool fails_without(const std::vector<bool>& is_out) const {
    PeersBackend peers(recording_, without(script_, is_out));
    return fails_on(peers);
  }

  bool fails_on(Backend& backend) const {
    const Replayed replayed = play(backend, program_);
    return replayed.ending == Ending::failed && replayed.message == message_;
  }

  /// Half of the parts, a quarter, ... one by one: whatever can go, goes.
  void leave_out(std::vector<bool>& is_out) const {
    const std::size_t count = is_out.size() - 1;
    for (std::size_t size = count; size > 0; size /= 2) {
      for (std::size_t start = 1; start <= count; start += size) {
        std::vector<bool> trial = is_out;
        for (std::size_t part = start; part < start + size && part <= count; ++part)
          trial[part] = true;
        if (trial != is_out && fails_without(trial)) is_out = trial;
      }
    }
  }

  void record(Script script, const std::string& path) const {
    PeersBackend peers(recording_, std::move(script));
    RecordingBackend recorder(peers, path, recording_.header());
    static_cast<void>(play(recorder, program_));
  }

  /// Writes the shortest prefix that fails, and gives its number of entries.
  std::uint64_t cut(const Recording& from, const std::string& path) const {
    std::uint64_t fails = entries_of(from);
    std::uint64_t passes = 0;
    while (passes + 1 < fails) {
      const std::uint64_t middle = passes + (fails - passes) / 2;
      ReplayBackend replay(from, middle);
      (fails_on(replay) ? fails : passes) = middle;
    }
    LogWriter writer(path, from.header());
    LogReader reader = from.reader();
    for (std::uint64_t i = 0; i < fails && reader.next(); ++i) {
      Entry entry = reader.entry();
      writer.append(entry);
    }
    return fails;
  }

  const Recording& recording_;
  const Program& program_;
  Script script_;
  std::string message_;
};

}  // namespace

Shrunk shrink_recording(const Recording& recording, const std::string& small_path,
                        const Program& program) {
  return Shrinker(recording, program).shrink(small_path);
}

}  // namespace rill::record
