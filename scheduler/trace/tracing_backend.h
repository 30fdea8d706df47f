// TracingBackend: any real backend, and a recorder that hears of what happens at its sockets.
//
//   EpollBackend real;
//   trace::TracingBackend backend(real);
//   trace::FileWriter file("run.jsonl", {.program = "echo", .world = "epoll", .clock =
//   "monotonic"}); trace::Recorder recorder(backend, file, backend.options());
//   backend.follow(recorder);
//   run(serve(), backend, {.recorder = &recorder, .report = &report});
//   recorder.end(report);
//
// The kinds are those of a simulated run, as far as a program's own kernel tells: what becomes of
// bytes between two kernels it does not, so there are no `segment`, `deliver` and `lost`. If both
// ends of a connection are this process's, they are one connection of the trace. Handles, results
// and the order of completions are the wrapped backend's.
// With a recording (scheduler/record) the recorder is outside:
// RecordingBackend(TracingBackend(real)). Around a ReplayBackend it asks nothing that the recorded
// run did not ask.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "scheduler/backend.h"
#include "scheduler/trace/recorder.h"

namespace rill::trace {

class TracingBackend final : public Backend, public Surroundings {
 public:
  enum class Inner : std::uint8_t { real, replay };

  /// `inner` must outlive it.
  explicit TracingBackend(Backend& inner, Inner kind = Inner::real);

  RecorderOptions options() const;
  /// Before the run. `recorder` must outlive the run.
  void follow(Recorder& recorder) { recorder_ = &recorder; }

  std::string_view name() const override { return inner_.name(); }
  void submit(Op& op) override;
  void cancel(Op& op) override;
  void dispose(Op& op) override;
  Waited wait(Instant deadline) override;
  Instant now() override { return inner_.now(); }
  WallTime wall_clock(HostId host) override { return inner_.wall_clock(host); }
  bool has_randomness() const override { return inner_.has_randomness(); }
  void draw_random(HostId host, std::span<std::byte> to) override { inner_.draw_random(host, to); }
  Listened listen(HostId host, const Address& at, const ListenOptions& options) override;
  void close(Handle socket) override;
  void reset(Handle socket) override;
  int shutdown_write(Handle socket) override;
  Address local_address(Handle socket) override { return inner_.local_address(socket); }
  Address peer_address(Handle socket) override { return inner_.peer_address(socket); }
  TaskId task_at_other_end(Handle socket) override { return inner_.task_at_other_end(socket); }
  void attach(RunContext& context) override;
  void detach() override;
  std::uint32_t steps_between_waits() const override { return inner_.steps_between_waits(); }
  void step_ended(const TaskControl& task) override { inner_.step_ended(task); }

  // What the recorder asks.
  HostFacts host(HostId host) override;
  SocketFacts socket(std::uint64_t number) override;
  std::uint64_t socket_at(std::uint32_t slot) override;
  std::optional<Instant> current_time() override;

 private:
  struct Socket {
    std::uint64_t number = 0;  // as the trace has it; 0: unused
    Handle handle;
    bool is_listener = false;
    bool has_connected = false;
    std::uint64_t peer = 0;
    Address local;
    Address remote;
  };

  Socket& add(bool has_connected);
  void remove(std::uint64_t number);
  Socket* find(Handle handle);
  Socket* find(std::uint64_t number);
  void bind(Handle handle, Socket& socket);
  void look_for_peer(Socket& socket);
  void tell(EventKind kind, std::uint64_t a, std::uint64_t b = 0, std::string_view text = {},
            std::string_view more = {}, const Op* op = nullptr);
  void tell_closed(Handle handle);
  void hand_back();
  void tell_completion(Op& op);
  void tell_connected(ConnectOp& op);
  void tell_accepted(AcceptOp& op);
  void tell_broken(const Op& op);

  Backend& inner_;
  bool asks_;
  Recorder* recorder_ = nullptr;
  bool is_in_run_ = false;
  std::vector<Socket> sockets_;
  std::vector<std::uint32_t> unused_;
  std::uint64_t uses_ = 0;
  std::vector<std::uint64_t> by_slot_;                          // numbers, by Handle::slot
  std::unordered_map<const Op*, std::uint64_t> connecting_;     // deterministic: never iterated
  std::map<std::pair<Address, Address>, std::uint64_t> pairs_;  // local and remote
};

}  // namespace rill::trace
