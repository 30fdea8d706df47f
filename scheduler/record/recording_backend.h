// RecordingBackend: any backend, and a log of everything that it answered.
//
//   EpollBackend real;
//   RecordingBackend backend(real, "bug.rec", {.program = "echo"});
//   run(serve(), backend);
//
// What is logged is in entry.h: each call in order, completions with the bytes that came, clock
// readings. What was sent is logged as a digest. That is all by which the world can influence a
// Rill program, so ReplayBackend can run it again without the world - if the program asks nobody
// else: files, threads, std::chrono and random devices are not recorded. (Keys are made of random
// bytes: whoever has the recording of a TLS connection can read it.)
// Nor are a simulated network's hosts that boot, crash, pause or have clocks of their own: such a
// run ends with a UsageError.
// Every recorded run is fingerprinted. The wrapped backend gets a RunContext of its own, with the
// run's oracle and no trace: the fingerprint is of what the recorder and the replay both see.
#pragma once

#include <unordered_map>
#include <vector>

#include "scheduler/backend.h"
#include "scheduler/record/log_writer.h"

namespace rill::record {

class RecordingBackend final : public Backend {
 public:
  /// `inner` must outlive it. Of `header`, name and steps_between_waits are filled in here. Throws
  /// UsageError, in a sentence, when the file cannot be made. Later errors of the file are told on
  /// stderr, once, and the run goes on without recording.
  RecordingBackend(Backend& inner, std::string path, Header header);

  std::string_view name() const override { return inner_.name(); }
  void submit(Op& op) override;
  void cancel(Op& op) override;
  void dispose(Op& op) override;
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
  std::uint32_t steps_between_waits() const override { return inner_.steps_between_waits(); }
  void step_ended(const TaskControl& task) override { inner_.step_ended(task); }

 private:
  /// What is in flight on a socket, by number of submit; 0: nothing. Rule 5 of the backend allows
  /// no more.
  struct SocketOps {
    std::uint64_t reading = 0;
    std::uint64_t writing = 0;
  };

  std::uint64_t& number_of(const Op& op);
  std::uint64_t take_number(const Op& op);
  /// What the wrapped backend has completed, in its order.
  void hand_back();
  void hand_back(Op& op, std::uint64_t number);
  void log(Entry& entry, std::string_view bytes = {});
  void heed_inner();

  Backend& inner_;
  LogWriter log_;
  RunContext inner_context_;
  std::uint64_t submits_ = 0;
  bool is_in_run_ = false;          // closing a socket after the run is nobody's business
  std::vector<SocketOps> sockets_;  ///< by slot
  std::unordered_map<const Op*, std::uint64_t> other_ops_;  // deterministic: never iterated
};

}  // namespace rill::record
