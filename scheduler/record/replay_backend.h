// ReplayBackend: the world of a recorded run, without the world.
//
//   Recording recording("bug.rec");
//   ReplayBackend backend(recording);
//   run(serve(), backend);                  // as it was, to the same fingerprint
//
// Each call of the program is compared with the recorded one; answers, completions, their order and
// the clock are the recording's. No time passes, no descriptor is touched: write() to a descriptor
// goes nowhere, and its bytes are compared like those of send(). At the first call that differs the
// run ends with Mismatch, where the recording is over with RecordingEnds. From then on nothing is
// compared: what destructors still close is as good as closed.
#pragma once

#include <unordered_map>

#include "scheduler/backend.h"
#include "scheduler/record/recording.h"
#include "scheduler/record/replay_error.h"

namespace rill::record {

class ReplayBackend final : public Backend {
 public:
  /// `recording` must outlive it. Its first `most_entries` entries are replayed.
  explicit ReplayBackend(const Recording& recording, std::uint64_t most_entries = UINT64_MAX);

  /// The fingerprint that the recorded run had; empty if that is not in the recording, or the
  /// replay did not get there. Runs do not end by themselves when theirs is another, so compare.
  const std::string& recorded_fingerprint() const { return fingerprint_; }
  Position position() const { return {submits_, time_ - started_}; }

  std::string_view name() const override { return "replay"; }
  void submit(Op& op) override;
  void cancel(Op& op) override;
  void dispose(Op& op) override;
  /// Throws Mismatch or RecordingEnds.
  Waited wait(Instant deadline) override;
  Instant now() override;
  WallTime wall_clock(HostId host) override;
  bool has_randomness() const override { return true; }
  void draw_random(HostId host, std::span<std::byte> to) override;
  Listened listen(HostId host, const Address& at, const ListenOptions& options) override;
  void close(Handle socket) override;
  void reset(Handle socket) override;
  int shutdown_write(Handle socket) override;
  Address local_address(Handle socket) override;
  Address peer_address(Handle socket) override;
  void attach(RunContext& context) override;
  void detach() override;
  std::uint32_t steps_between_waits() const override { return steps_between_waits_; }

 private:
  /// Moves on to the recorded entry of `program`'s call, and tells the trace. False when the replay
  /// is over: then the call has no answer.
  bool follow(const Entry& program);
  bool follow_socket(EntryKind kind, Handle socket);
  /// Hands back what comes back after this call.
  void take_completions();
  bool give_back(const Entry& recorded);
  /// Ends the run: at the next chance, since most calls must not throw.
  void stop(std::exception_ptr failure);
  void stop_at_end(const Entry& program);
  void stop_at_mismatch(const Entry& recorded, const Entry& program);
  bool is_over() const { return failure_ != nullptr || !is_in_run_; }
  /// The entry, as an answer to a call that follow() has found to be the recorded one.
  const Entry& answer() const { return answer_; }
  void advance();

  const Recording& recording_;
  LogReader reader_;
  std::uint64_t entries_left_;
  bool has_next_ = false;  ///< whether reader_.entry() is an entry that is still to come
  Entry answer_;
  std::uint32_t steps_between_waits_;
  std::uint64_t submits_ = 0;
  Instant time_;     ///< the last reading of the clock that the program has had
  Instant started_;  ///< the first of the run
  bool is_started_ = false;
  bool is_in_run_ = false;
  std::unordered_map<std::uint64_t, Op*> in_flight_;      // deterministic: never iterated
  std::unordered_map<const Op*, std::uint64_t> numbers_;  // deterministic: never iterated
  std::exception_ptr failure_;
  std::string fingerprint_;
};

}  // namespace rill::record
