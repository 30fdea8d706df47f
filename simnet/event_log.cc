// See event_log.h. Numbers are read and written without streams, which a locale could change.
#include "simnet/event_log.h"

#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "scheduler/fingerprint.h"

namespace rill::simnet {
namespace {

constexpr std::size_t kMostTextBytes = 48;
constexpr char kColumnEnd = '\t';

/// At most `most_bytes` of `text`, none of which ends a column, a line or a quotation.
std::string printable(std::string_view text, std::size_t most_bytes) {
  std::string result;
  for (const char c : text.substr(0, most_bytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      result += "\\n";
    } else if (byte < ' ' || byte >= 0x7F || c == '"' || c == '\\') {
      result += "\\x";
      for (const int shift : {4, 0}) result += "0123456789abcdef"[byte >> shift & 15];
    } else {
      result += c;
    }
  }
  if (text.size() > most_bytes) result += "...";
  return result;
}

/// Only of these does a fingerprint see the bytes; what recv and segment carry follows from send.
bool has_content(EventKind kind) { return kind == EventKind::send || kind == EventKind::note; }

std::optional<EventKind> kind_of(std::string_view name) {
  for (auto i = 0; i <= static_cast<int>(EventKind::run_fails); ++i) {
    if (to_string(static_cast<EventKind>(i)) == name) return static_cast<EventKind>(i);
  }
  return std::nullopt;
}

template <class T>
bool read_number(std::string_view text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool read_event(std::string_view line, LoggedEvent& event) {
  std::array<std::string_view, 10> columns;
  for (std::string_view& column : columns) {
    const std::size_t end = line.find(kColumnEnd);
    if ((end == line.npos) != (&column == &columns.back())) return false;
    column = line.substr(0, end);
    line.remove_prefix(end == line.npos ? line.size() : end + 1);
  }
  const auto& [at, task, kind, a, b, content, task_name, text, file, line_number] = columns;
  const std::optional<EventKind> known = kind_of(kind);
  if (!known) return false;
  event.kind = *known;
  event.task_name = task_name;
  event.text = text;
  event.file = file;
  return read_number(at, event.at.ns) && read_number(task, event.task) && read_number(a, event.a) &&
         read_number(b, event.b) && read_number(content, event.content) &&
         read_number(line_number, event.line);
}

}  // namespace

bool LoggedEvent::is_same_as(const LoggedEvent& other) const {
  return at == other.at && kind == other.kind && task == other.task && a == other.a &&
         b == other.b && content == other.content;
}

std::string LoggedEvent::describe() const {
  std::string result = to_string(at - Instant{}) + "  ";
  result += task == 0 ? "the network" : "#" + std::to_string(task) + " '" + task_name + "'";
  result += "  " + std::string(to_string(kind));
  if (a != 0 || b != 0) result += " " + std::to_string(a) + ", " + std::to_string(b);
  if (!text.empty()) result += "  \"" + text + "\"";
  if (line != 0) result += "  at " + file + ":" + std::to_string(line);
  return result;
}

void EventLog::on_event(const TraceEvent& event) {
  // Told to sinks only, in no fingerprint.
  if (event.kind == EventKind::block || event.kind == EventKind::run_fails) return;
  LoggedEvent kept;
  kept.at = event.at;
  kept.kind = event.kind;
  kept.task = event.task;
  kept.a = event.a;
  kept.b = event.b;
  if (has_content(event.kind)) kept.content = digest_bytes(event.text.data(), event.text.size());
  kept.task_name = printable(event.task_name, event.task_name.size());
  kept.text = printable(event.text, kMostTextBytes);
  kept.line = event.where.line();
  if (kept.line != 0) kept.file = event.where.file_name();
  events_.push_back(std::move(kept));
}

std::string EventLog::text() const {
  std::string result;
  for (const LoggedEvent& event : events_) {
    for (const std::string& column :
         {std::to_string(event.at.ns), std::to_string(event.task),
          std::string(to_string(event.kind)), std::to_string(event.a), std::to_string(event.b),
          std::to_string(event.content), event.task_name, event.text, event.file}) {
      result += column + kColumnEnd;
    }
    result += std::to_string(event.line) + "\n";
  }
  return result;
}

EventLog EventLog::from_text(std::string_view text) {
  EventLog log;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    LoggedEvent event;
    if (!read_event(line, event)) {
      throw std::invalid_argument("line " + std::to_string(log.events_.size() + 1) +
                                  " of the event log is no event: " + printable(line, 200));
    }
    log.events_.push_back(std::move(event));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return log;
}

}  // namespace rill::simnet
