// The stream of events of a run: the only source of fingerprints, pictures and exports.
//
// Scheduler and backend record what happens; each event is folded into the fingerprint and, if
// there is a sink, described to it in full. When neither is wanted, recording costs one branch.
// What is folded: kind, task, both numbers, and the time whenever it moved. Never an address, never
// a name, never a source line: those are for people, and may change without the run being
// different.
#pragma once

#include <cstdint>
#include <source_location>
#include <string_view>

#include "scheduler/fingerprint.h"
#include "scheduler/ids.h"
#include "scheduler/time.h"

namespace rill {

class SyncObject;
struct Op;
struct TaskControl;
struct WaitReport;

/// `a` and `b` of each kind are named in the comment.
enum class EventKind : std::uint8_t {
  spawn,          // a: new task, b: its host
  step,           // the task runs
  block,          // text: what the task waits for; for sinks only, in no fingerprint
  finish,         // the task returned
  fail,           // the task ended by an exception
  kill,           // the task was destroyed
  time_out,       // a sub-chain of the task was destroyed by its timeout
  decide,         // a: site key, b: choice; text: the site's name
  complete,       // an operation came back; a: kind, b: result
  time,           // simulated time moved; only folded, since each event says when it was
  listen,         // a: socket, b: port
  connect,        // a: socket, b: port asked for           (SYN leaves)
  established,    // a: socket, b: peer socket              (handshake complete)
  accept,         // a: new socket, b: listener
  send,           // a: socket, b: bytes; text: the bytes   (taken from the application)
  segment,        // a: receiving socket, b: bytes; text    (leaves on the link)
  deliver,        // a: receiving socket, b: bytes          (arrives in the receive buffer)
  recv,           // a: socket, b: bytes; text: the bytes   (given to the application)
  end_of_stream,  // a: socket                              (FIN arrives)
  shutdown,       // a: socket                              (FIN leaves)
  close,          // a: socket
  reset,          // a: socket                              (RST arrives)
  refuse,         // a: socket, b: port                     (nobody listens)
  fault,          // a: site key, b: strength; text: the story
  resolve,        // a: number of addresses; text: the name
  signal,         // a: number, b: the host that gets it
  note,           // text: whatever the program wants to say
  run_fails,      // what comes now is only the unwinding; for sinks only, in no fingerprint
  // Details, which only a recorder hears of (RunOptions::recorder); in no fingerprint:
  wake,      // a: who becomes ready, b: Waker
  timer,     // a: when a timeout of the running task will fire, in ns, b: how long that is; a is 0:
             // the last one is disarmed
  flow,      // a: receiving socket, b: instance of the sites of what strikes that direction
  lost,      // a: receiving socket, b: bytes of a segment that will not arrive; text: why
  resent,    // a: receiving socket, b: bytes of a segment that leaves once more
  dropped,   // a: receiving socket, b: bytes of a segment that arrives where nobody takes it
  property,  // a: 1 if it holds, b: 1 if the last step broke it; text: the sentence
  sync,      // a: SyncDeed, b: how many values, permits or set flags there are then
};

/// By what a task becomes ready.
enum class Waker : std::uint8_t { task, timer, network };

std::string_view to_string(EventKind kind);

/// What a recorder wants to know besides. Pointers and views are valid during the call only.
struct EventDetail {
  const char* site = "";       ///< decide, fault: the site's name ...
  std::uint64_t instance = 0;  ///< ... and instance
  std::uint64_t of = 0;        ///< decide: among how many alternatives; sync: how many there can be
  std::uint64_t count = 0;     ///< decide: which decision at that site, from 0
  std::uint64_t behind = 0;    ///< lost, resent: how many segments that left later wait
  const WaitReport* wait = nullptr;  ///< block
  const Op* op = nullptr;            ///< wake: the operation that completed, if one did it; resolve
  /// spawn, wake: the task; kill: who asked for it, if a task did; sync: whose push it is.
  const TaskControl* target = nullptr;
  /// connect: the address asked for; resolve: the answer; fail, run_fails: the error; kill: why;
  /// property: the values.
  std::string_view more = {};
  SyncObject* object = nullptr;     ///< sync: to what it was done
  std::source_location where = {};  ///< sync, property: the call; line 0: see TraceEvent::where
};

/// One event, for a sink. The views are valid during the call only.
struct TraceEvent {
  std::uint64_t number = 0;  ///< 1, 2, 3 ... over the run; `block` has that of the one before
  Instant at;
  EventKind kind{};
  TaskId task = 0;  ///< who was running; 0: nobody (the network itself)
  std::uint32_t host = 0;
  std::string_view task_name;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::string_view text;
  std::source_location where;  ///< the await in which the running task was last; line 0: none
  // For a recorder, which gets no task, no task_name, no host and no place:
  const TaskControl* running = nullptr;
  const EventDetail* detail = nullptr;
};

class Trace;

class TraceSink {
 public:
  virtual ~TraceSink() = default;
  /// For a recorder, before the first event: the trace of its run.
  virtual void on_trace(const Trace& trace) { static_cast<void>(trace); }
  /// Must not call back into the run, nor throw.
  virtual void on_event(const TraceEvent& event) = 0;
};

class Trace {
 public:
  bool enabled() const { return enabled_; }
  /// Whether anybody, sink or recorder, reads the texts of events: else they need not be put
  /// together.
  bool has_sink() const { return is_heard_; }
  /// Whether the bytes of a segment are read: a recorder has them from their `send`.
  bool wants_segments() const { return sink_ != nullptr; }
  /// Whether details are wanted too.
  bool has_recorder() const { return recorder_ != nullptr; }
  /// Both may be null.
  void enable(TraceSink* sink, TraceSink* recorder = nullptr) {
    enabled_ = true;
    sink_ = sink;
    recorder_ = recorder;
    is_heard_ = sink != nullptr || recorder != nullptr;
    if (recorder != nullptr) recorder->on_trace(*this);
  }
  const Fingerprint& fingerprint() const { return fingerprint_; }
  std::uint64_t events() const { return events_; }

  /// Only when enabled(): callers test that first, so that the arguments cost nothing either.
  void record(EventKind kind, std::uint64_t a = 0, std::uint64_t b = 0,
              std::string_view text = {}) {
    fingerprint_.absorb(
        (static_cast<std::uint64_t>(kind) | std::uint64_t{task_id_} << 8) ^ a * 0x9E3779B97F4A7C15u,
        b ^ a);
    ++events_;
    if (is_heard_) [[unlikely]]
      describe(kind, a, b, text);
  }
  /// The same, with bytes of a stream: their content is part of the fingerprint.
  void record_bytes(EventKind kind, std::uint64_t a, std::string_view bytes) {
    record_bytes(kind, a, bytes, digest_bytes(bytes.data(), bytes.size()));
  }
  /// The same for who knows their digest already.
  void record_bytes(EventKind kind, std::uint64_t a, std::string_view bytes, std::uint64_t digest) {
    fingerprint_.absorb(digest, a);
    record(kind, a, bytes.size(), bytes);
  }
  /// Describes what a sink's reader wants to know, but what follows from the other events: not
  /// folded, not counted. Only when has_sink().
  void tell(EventKind kind, std::string_view text) { describe(kind, 0, 0, text); }
  /// What a recorder will hear with the next event. Only when has_recorder().
  void set_detail(const EventDetail& detail) { detail_ = detail, has_detail_ = true; }
  /// A detail. Only when has_recorder().
  void tell_recorder(EventKind kind, std::uint64_t a, std::uint64_t b = 0,
                     std::string_view text = {});
  /// Simulated time has moved to `now`.
  void set_time(Instant now) {
    now_ = now;
    fingerprint_.absorb(static_cast<std::uint64_t>(now.ns),
                        static_cast<std::uint64_t>(EventKind::time));
  }
  Instant now() const { return now_; }
  const TaskControl* running() const { return running_; }
  /// Who runs from now on; null: nobody.
  void set_running(const TaskControl* task, TaskId id) { running_ = task, task_id_ = id; }

 private:
  void describe(EventKind kind, std::uint64_t a, std::uint64_t b, std::string_view text);
  void tell_sink(EventKind kind, std::uint64_t a, std::uint64_t b, std::string_view text);

  Fingerprint fingerprint_;
  std::uint64_t events_ = 0;
  TraceSink* sink_ = nullptr;
  TraceSink* recorder_ = nullptr;
  Instant now_;  // not beside events_: of two words read at once none may have just been changed
  const TaskControl* running_ = nullptr;
  TaskId task_id_ = 0;
  bool enabled_ = false;
  bool is_heard_ = false;  // by either
  bool has_detail_ = false;
  EventDetail detail_;  // of the next event, if it has one
};

}  // namespace rill
