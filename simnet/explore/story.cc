// How events become sentences. See story.h.
#include "simnet/explore/story.h"

#include <algorithm>
#include <cstdio>

namespace rill::simnet {
namespace {

constexpr std::size_t kBeforeDeviation = 2;
constexpr std::size_t kMostDeviations = 12;
constexpr std::size_t kMostTextBytes = 40;

/// Whether the choice is told by another event: a fault that strikes says what it does.
bool is_told_as_fault(const ObservedEvent& event) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (event.text == to_string(static_cast<Fault>(i))) return true;
  }
  return false;
}

bool is_deviation(const ObservedEvent& event) {
  if (event.text.empty()) return false;
  return event.kind == EventKind::fault ||
         (event.kind == EventKind::decide && event.b != 0 && !is_told_as_fault(event));
}

/// Printable, quoted, and not too long.
std::string in_quotes(std::string_view bytes) {
  std::string text = "\"";
  for (const char c : bytes.substr(0, kMostTextBytes)) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\r') {
      text += "\\r";
    } else if (c == '"' || c == '\\') {
      text += std::string("\\") + c;
    } else {
      text += c >= ' ' && c <= '~' ? c : '.';
    }
  }
  return text + (bytes.size() > kMostTextBytes ? "..." : "") + "\"";
}

std::string bytes_of(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

/// What happened, as a verb and its object; empty for events that tell a person nothing.
std::string phrase(const ObservedEvent& event) {
  switch (event.kind) {
    case EventKind::send:
      return "sent " + bytes_of(event.b);
    case EventKind::recv:
      return "received " + bytes_of(event.b);
    case EventKind::listen:
      return "listens: " + event.text;
    case EventKind::connect:
      return "connects: " + event.text;
    case EventKind::accept:
      return "accepted " + event.text;
    case EventKind::close:
      return "closed " + event.text;
    case EventKind::shutdown:
      return "ended the stream of " + event.text;
    case EventKind::end_of_stream:
      return event.text + " has got the end of its stream";
    case EventKind::reset:
      return event.text + " was reset";
    case EventKind::refuse:
      return event.text + " was refused";
    case EventKind::resolve:
      return "the name " + event.text + " was resolved";
    case EventKind::finish:
      return "ended";
    case EventKind::fail:
      return "failed";
    case EventKind::kill:
      return "was killed";
    case EventKind::time_out:
      return "ran into its timeout";
    case EventKind::block:
      return "waits: " + event.text;
    case EventKind::signal:
      return "a signal arrives";
    case EventKind::decide:  // a sentence, or the bare name of a site
      if (event.b == 0 || is_told_as_fault(event)) return "";
      return event.text.find(' ') == std::string::npos
                 ? "choice " + std::to_string(event.b) + " is made for " + event.text
                 : event.text;
    case EventKind::note:
    case EventKind::fault:
      return event.text;
    case EventKind::run_fails:
      return "here it fails";
    default:
      return "";
  }
}

std::string line_of(const ObservedEvent& event, std::string_view places_in) {
  char time[32];
  const std::int64_t us = event.at.ns / 1'000;
  std::snprintf(time, sizeof time, "%10lld.%03lld", static_cast<long long>(us / 1'000),
                static_cast<long long>(us % 1'000));
  std::string line = std::string(time) + "  " +
                     (is_deviation(event)                  ? "* "
                      : event.kind == EventKind::run_fails ? "✗ "
                                                           : "  ");
  std::string who = event.who;
  if (who.size() < 16) who.resize(16, ' ');
  line += who + "  " + phrase(event);
  if ((event.kind == EventKind::send || event.kind == EventKind::recv) && !event.text.empty()) {
    line += " " + in_quotes(event.text);
  }
  if (!event.where.empty() && std::string_view(event.path).starts_with(places_in)) {
    if (line.size() < 68) line.resize(68, ' ');
    line += "  " + event.where;
  }
  return line + "\n";
}

bool is_worth_telling(const ObservedEvent& event) { return !phrase(event).empty(); }

/// What destructors do when a failed run unwinds, after whatever has made it fail.
bool is_unwinding(const ObservedEvent& event) {
  switch (event.kind) {
    case EventKind::close:
    case EventKind::shutdown:
    case EventKind::reset:
    case EventKind::kill:
    case EventKind::fail:
    case EventKind::run_fails:
      return true;
    default:
      return is_deviation(event);
  }
}

/// How many of `told` lead to the failure, the event that caused it the last: what the task that
/// failed first did last, or, if it was no task's claim, what was done last.
std::size_t up_to_cause(const std::vector<const ObservedEvent*>& told) {
  const auto failed = std::find_if(told.begin(), told.end(), [](const ObservedEvent* event) {
    return event->kind == EventKind::fail;
  });
  std::size_t count = static_cast<std::size_t>(failed - told.begin());
  const bool is_of_task = failed != told.end();
  while (count > 1 && (is_unwinding(*told[count - 1]) ||
                       (is_of_task && told[count - 1]->who != (*failed)->who))) {
    --count;
  }
  return count;
}

}  // namespace

std::string told(const ObservedEvent& event) {
  return is_worth_telling(event) ? line_of(event, {}) : "";
}

std::string summary(const Observer& observer) {
  std::string text;
  const ObservedEvent* last = nullptr;
  std::size_t told = 0;
  for (const ObservedEvent& event : observer.events()) {
    if (!is_deviation(event)) {
      const bool is_deed = !event.who.empty() && event.kind != EventKind::block &&
                           event.kind != EventKind::note && is_worth_telling(event);
      if (is_deed) last = &event;
      continue;
    }
    if (++told > kMostDeviations) continue;
    if (!text.empty()) text += ";\n  then ";
    if (last != nullptr) text += "after `" + last->who + "` " + phrase(*last) + ", ";
    text += phrase(event);
  }
  if (told > kMostDeviations) {
    text += ";\n  and " + std::to_string(told - kMostDeviations) + " more deviations";
  }
  return text.empty() ? "nothing out of the ordinary happens: it fails on a plain network" : text;
}

std::string timeline(const Observer& observer, const TimelineOptions& options) {
  std::vector<const ObservedEvent*> told;
  for (const ObservedEvent& event : observer.events()) {
    if (is_worth_telling(event)) told.push_back(&event);
    if (event.kind == EventKind::run_fails) break;  // the rest is unwinding
  }
  const bool is_marked =
      !options.mark.empty() && !told.empty() && told.back()->kind == EventKind::run_fails;
  if (is_marked) told.resize(up_to_cause(told));
  std::vector<bool> is_shown(told.size(), false);
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (!is_deviation(*told[i]) && told[i]->kind != EventKind::note) continue;
    const std::size_t first = i > kBeforeDeviation ? i - kBeforeDeviation : 0;
    for (std::size_t shown = first; shown <= i; ++shown) is_shown[shown] = true;
  }
  for (std::size_t i = told.size() - std::min(told.size(), options.last); i < told.size(); ++i) {
    is_shown[i] = true;
  }
  std::string text;
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (!is_shown[i]) {
      ++hidden;
      continue;
    }
    if (hidden > 0) text += "                  ... " + std::to_string(hidden) + " events\n";
    hidden = 0;
    text += line_of(*told[i], options.places_in);
  }
  if (is_marked) text.insert(text.size() - 1, "  " + std::string(options.mark));
  return text;
}

}  // namespace rill::simnet
