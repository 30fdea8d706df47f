// Recorder: makes the trace of a run out of its events.
//
//   trace::FileWriter file("run.jsonl", {.program = "echo", .seed = 7});
//   simnet::TraceSurroundings world(network);                   // simnet/trace/surroundings.h
//   trace::Recorder recorder(world, file);
//   run(main(), network, {.recorder = &recorder, .report = &report});
//   recorder.end(report);
//
// What it adds to the events: numbers of connections, offsets in their streams, and causes. It
// changes nothing in the run: the fingerprint is the same with and without. Memory: what is alive -
// tasks, open sockets, segments on their way - and what Tasks holds back; a record is a line that
// is handed on at once, and of the bytes of one send or recv at most `most_data_bytes`.
#pragma once

#include <string>
#include <vector>

#include "scheduler/run_options.h"
#include "scheduler/trace.h"
#include "scheduler/trace/connections.h"
#include "scheduler/trace/line_sink.h"
#include "scheduler/trace/live_record.h"
#include "scheduler/trace/objects.h"
#include "scheduler/trace/places.h"
#include "scheduler/trace/surroundings.h"
#include "scheduler/trace/tasks.h"

namespace rill::trace {

struct RecorderOptions {
  std::size_t most_data_bytes = std::size_t{64} << 10;
  /// Whether the backend's own events are of the network's simulation. If not, what it tells of
  /// sockets is ignored, and tell() is how the recorder learns of them.
  bool hears_network = true;
  Instant began = {};  ///< on the backend's clock: the trace's 0
};

class Recorder final : public TraceSink {
 public:
  /// Both must outlive it.
  Recorder(Surroundings& surroundings, LineSink& sink, const RecorderOptions& options = {});

  void on_event(const TraceEvent& event) override;
  void on_trace(const Trace& trace) override { trace_ = &trace; }
  /// The same from elsewhere than the run's trace.
  void tell(EventKind kind, std::uint64_t a, std::uint64_t b, std::string_view text,
            std::string_view more, const Op* op = nullptr);
  void flush() { sink_.flush(); }
  /// The run is over: writes the last record.
  void end(const RunReport& report);

  /// How much is kept at this time: tasks, lines held back, sockets, segments on their way.
  std::size_t kept() const;

 private:
  // recorder.cc
  void handle(const TraceEvent& event);
  LiveRecord& begin(Kind kind, const TraceEvent& event);
  std::uint64_t write(TracedTask* target = nullptr);
  /// Its name; before the first time, the record that says what it is.
  const Name& told_host(HostId host) {
    const bool is_told = host < hosts_.size() && !hosts_[host].empty();
    return is_told ? hosts_[host] : tell_host(host);
  }
  const Name& tell_host(HostId host);
  std::uint64_t since_began(std::int64_t ns) const {
    return static_cast<std::uint64_t>(ns - options_.began.ns);
  }
  void set_place(const TraceEvent& event);
  void on_decide(const TraceEvent& event);
  void on_fault(const TraceEvent& event);
  void on_property(const TraceEvent& event);

  // recorder_tasks.cc
  void on_spawn(const TraceEvent& event);
  void on_step(const TraceEvent& event);
  void on_block(const TraceEvent& event);
  void on_wake(const TraceEvent& event);
  void on_end_of_task(Kind kind, const TraceEvent& event);
  void on_timer(const TraceEvent& event);
  std::uint64_t cause_of(const Op& op, const TracedTask& task);

  // recorder_sync.cc
  void on_sync(const TraceEvent& event);
  void on_deed(const TraceEvent& event, SyncDeed deed, TracedObject& object);
  void take_what_was_handed(const TraceEvent& event);
  void on_wake_by_object(TracedTask& target);

  // recorder_network.cc
  void on_network(const TraceEvent& event);
  TracedSocket& begin_at(Kind kind, const TraceEvent& event) {
    return begin_at(kind, event, connections_.of(event.a));
  }
  TracedSocket& begin_at(Kind kind, const TraceEvent& event, TracedSocket& socket);
  void on_listen(const TraceEvent& event);
  void on_connect(const TraceEvent& event);
  void on_established(const TraceEvent& event, Kind kind);
  void on_send(const TraceEvent& event);
  void on_segment(const TraceEvent& event);
  void on_lost(const TraceEvent& event);
  void on_resent(const TraceEvent& event);
  void on_arrival(const TraceEvent& event, Kind kind);
  void on_recv(const TraceEvent& event);
  void on_close(const TraceEvent& event);
  void on_ending(const TraceEvent& event, Kind kind);
  void on_refuse(const TraceEvent& event);
  void on_resolve(const TraceEvent& event);
  void on_signal(const TraceEvent& event);
  void set_bytes(std::uint64_t offset, std::uint64_t bytes, std::string_view data = {});
  void set_addresses(const TracedSocket& socket, std::string_view remote = {});

  const Trace* trace_ = nullptr;
  Surroundings& surroundings_;
  LineSink& sink_;
  RecorderOptions options_;
  Tasks tasks_;
  Connections connections_;
  Objects objects_;
  Places places_;
  std::vector<Name> hosts_;  // by host; empty: not told of yet
  std::uint64_t n_ = 0;
  LiveRecord record_;              // the one that is being put together, ...
  TracedTask* running_ = nullptr;  // ... its task, ...
  SocketFacts facts_;              // ... and what it borrows
  std::string text_;
  std::uint64_t last_ = 0;          // n of the last record ...
  std::uint64_t last_step_ = 0;     // ... of the last step, of whatever task ...
  std::uint64_t last_of_task_ = 0;  // ... and of the last finish, fail, kill or time_out
  std::uint64_t last_signal_ = 0;
};

}  // namespace rill::trace
