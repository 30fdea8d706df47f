// What happened in a run, kept event by event, so that two runs can be compared and the place where
// they part be named (simnet/divergence.h). A fingerprint says that they differ; this says where.
//
//   EventLog log;
//   run(scenario(), network, {.oracle = &oracle, .trace_sink = &log});
//
// It holds what fingerprints are made of, and what people want to read beside it. As text it goes
// from one process or machine to another: one event a line, in columns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/trace.h"

namespace rill::simnet {

struct LoggedEvent {
  Instant at;
  EventKind kind{};
  TaskId task = 0;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::uint64_t content = 0;  ///< digest of what was sent or noted; 0 for other kinds
  // For people; not part of what makes two events equal.
  std::string task_name;
  std::string text;  ///< the first bytes of it, printable
  std::string file;  ///< the await in which the task was last; empty: none
  std::uint32_t line = 0;

  /// Whether a fingerprint would see no difference.
  bool is_same_as(const LoggedEvent& other) const;
  /// "4.5 ms  #3 'client'  send 2, 12  "hello"  at lessons/echo/echo.cc:30".
  std::string describe() const;
};

class EventLog final : public TraceSink {
 public:
  void on_event(const TraceEvent& event) override;

  const std::vector<LoggedEvent>& events() const { return events_; }

  std::string text() const;
  /// The other way. Throws std::invalid_argument, naming the line that is none.
  static EventLog from_text(std::string_view text);

 private:
  std::vector<LoggedEvent> events_;
};

}  // namespace rill::simnet
