// Names of events, and their description for a sink. See trace.h.
#include "scheduler/trace.h"

#include "scheduler/backend.h"
#include "scheduler/task.h"

namespace rill {

std::string_view to_string(EventKind kind) {
  switch (kind) {
    case EventKind::spawn:
      return "spawn";
    case EventKind::step:
      return "step";
    case EventKind::block:
      return "block";
    case EventKind::finish:
      return "finish";
    case EventKind::fail:
      return "fail";
    case EventKind::kill:
      return "kill";
    case EventKind::time_out:
      return "time_out";
    case EventKind::decide:
      return "decide";
    case EventKind::complete:
      return "complete";
    case EventKind::time:
      return "time";
    case EventKind::listen:
      return "listen";
    case EventKind::connect:
      return "connect";
    case EventKind::established:
      return "established";
    case EventKind::accept:
      return "accept";
    case EventKind::send:
      return "send";
    case EventKind::segment:
      return "segment";
    case EventKind::deliver:
      return "deliver";
    case EventKind::recv:
      return "recv";
    case EventKind::end_of_stream:
      return "end_of_stream";
    case EventKind::shutdown:
      return "shutdown";
    case EventKind::close:
      return "close";
    case EventKind::reset:
      return "reset";
    case EventKind::refuse:
      return "refuse";
    case EventKind::fault:
      return "fault";
    case EventKind::resolve:
      return "resolve";
    case EventKind::signal:
      return "signal";
    case EventKind::note:
      return "note";
    case EventKind::run_fails:
      return "run_fails";
    case EventKind::wake:
      return "wake";
    case EventKind::timer:
      return "timer";
    case EventKind::flow:
      return "flow";
    case EventKind::lost:
      return "lost";
    case EventKind::resent:
      return "resent";
    case EventKind::dropped:
      return "dropped";
    case EventKind::property:
      return "property";
    case EventKind::sync:
      return "sync";
  }
  return "unknown";
}

std::string_view to_string(OpKind kind) {
  switch (kind) {
    case OpKind::accept:
      return "accept";
    case OpKind::connect:
      return "connect";
    case OpKind::recv:
      return "recv";
    case OpKind::send:
      return "send";
    case OpKind::resolve:
      return "resolve";
    case OpKind::read:
      return "read";
    case OpKind::write:
      return "write";
    case OpKind::signal:
      return "signal";
    case OpKind::send_file:
      return "send_file";
  }
  return "unknown";
}

void Trace::describe(EventKind kind, std::uint64_t a, std::uint64_t b, std::string_view text) {
  if (recorder_ != nullptr) tell_recorder(kind, a, b, text);
  if (sink_ != nullptr) tell_sink(kind, a, b, text);
}

void Trace::tell_sink(EventKind kind, std::uint64_t a, std::uint64_t b, std::string_view text) {
  TraceEvent event;
  event.number = events_;
  event.at = now_;
  event.kind = kind;
  event.a = a;
  event.b = b;
  event.text = text;
  std::string name;
  if (running_ != nullptr) {
    name = task_name(*running_);
    event.task = running_->id;
    event.task_name = name;
    event.host = running_->host;
    if (running_->leaf != nullptr) event.where = running_->leaf->where;
  }
  sink_->on_event(event);
}

void Trace::tell_recorder(EventKind kind, std::uint64_t a, std::uint64_t b, std::string_view text) {
  TraceEvent event;
  event.number = events_;
  event.at = now_;
  event.kind = kind;
  event.a = a;
  event.b = b;
  event.text = text;
  event.running = running_;
  static constexpr EventDetail kNone;
  event.detail = has_detail_ ? &detail_ : &kNone;
  has_detail_ = false;
  recorder_->on_event(event);
}

}  // namespace rill
