// See divergence.h.
#include "simnet/divergence.h"

namespace rill::simnet {
namespace {

std::string told(const std::optional<LoggedEvent>& event) {
  return event ? event->describe() : "nothing: this run has ended";
}

/// In which of the columns that people see they differ: "the time, the second number".
std::string differences(const LoggedEvent& one, const LoggedEvent& other) {
  std::string text;
  const auto add = [&text](bool differs, const char* what) {
    if (differs) text += (text.empty() ? "" : ", ") + std::string(what);
  };
  add(one.at != other.at, "the time");
  add(one.task != other.task, "the task");
  add(one.kind != other.kind, "what happened");
  if (one.kind == other.kind) {
    add(one.a != other.a, "the first number");
    add(one.b != other.b, "the second number");
    add(one.content != other.content, "the bytes");
  }
  return text;
}

}  // namespace

std::string Divergence::explain() const {
  std::string text =
      "the runs are the same for " + std::to_string(equal_events) + " events, and then differ";
  if (one && other) text += " in " + differences(*one, *other);
  text += ":\n  one:    " + told(one) + "\n  other:  " + told(other) + "\n";
  if (before) text += "  before: " + before->describe() + "\n";
  return text;
}

std::optional<Divergence> first_divergence(const EventLog& one, const EventLog& other) {
  const std::vector<LoggedEvent>& ours = one.events();
  const std::vector<LoggedEvent>& theirs = other.events();
  Divergence divergence;
  std::size_t& at = divergence.equal_events;
  const LoggedEvent* before = nullptr;
  while (at < ours.size() && at < theirs.size() && ours[at].is_same_as(theirs[at])) {
    if (ours[at].line != 0) before = &ours[at];
    ++at;
  }
  if (before != nullptr) divergence.before = *before;
  if (at == ours.size() && at == theirs.size()) return std::nullopt;
  if (at < ours.size()) divergence.one = ours[at];
  if (at < theirs.size()) divergence.other = theirs[at];
  return divergence;
}

std::optional<Divergence> diverges_when_run_twice(
    const std::function<void(TraceSink& sink)>& run_once) {
  EventLog one;
  EventLog other;
  run_once(one);
  run_once(other);
  return first_divergence(one, other);
}

}  // namespace rill::simnet
