// Keeping events. See observed.h.
#include "simnet/explore/observed.h"

namespace rill::simnet {
namespace {

bool is_about_a_socket(EventKind kind) {
  switch (kind) {
    case EventKind::listen:
    case EventKind::connect:
    case EventKind::established:
    case EventKind::accept:
    case EventKind::segment:
    case EventKind::deliver:
    case EventKind::end_of_stream:
    case EventKind::shutdown:
    case EventKind::close:
    case EventKind::reset:
    case EventKind::refuse:
      return true;
    default:
      return false;
  }
}

bool is_an_end(EventKind kind) {
  return kind == EventKind::finish || kind == EventKind::fail || kind == EventKind::kill ||
         kind == EventKind::time_out;
}

std::string file_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace

void Observer::on_event(const TraceEvent& event) {
  if (events_.size() == kMost) {
    ++left_out_;
    return;
  }
  ObservedEvent kept;
  kept.number = event.number;
  kept.at = event.at;
  kept.kind = event.kind;
  kept.task = event.task;
  if (event.task != 0) {
    kept.who = std::string(event.task_name) + "#" + std::to_string(event.task);
    names_[event.task] = kept.who;
    if (network_ != nullptr) kept.host = network_->host_name(event.host);
  }
  if (is_an_end(event.kind)) {  // told by the loop, about a task
    const auto named = names_.find(static_cast<TaskId>(event.a));
    kept.who = named != names_.end() ? named->second : "#" + std::to_string(event.a);
  }
  kept.a = event.a;
  kept.b = event.b;
  kept.text = is_about_a_socket(event.kind) && network_ != nullptr ? network_->describe(event.a)
                                                                   : std::string(event.text);
  if (event.where.line() != 0 && !is_an_end(event.kind)) {
    kept.path = event.where.file_name();
    kept.where = file_name(kept.path) + ":" + std::to_string(event.where.line());
  }
  events_.push_back(std::move(kept));
}

}  // namespace rill::simnet
