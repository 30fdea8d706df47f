// Keeping events, and writing them down. See observed.h.
#include "simnet/explore/observed.h"

#include <cstdio>

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

void append_json_text(std::string& json, std::string_view text) {
  json += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (byte < 0x20 || byte >= 0x7F) {  // bytes of a stream need not be UTF-8
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      json += escaped;
    } else {
      json += c;
    }
  }
  json += '"';
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

std::string to_json_lines(const Observer& observer) {
  std::string json;
  for (const ObservedEvent& event : observer.events()) {
    json += "{\"n\":" + std::to_string(event.number) + ",\"vt_ns\":" + std::to_string(event.at.ns) +
            ",\"kind\":\"" + std::string(to_string(event.kind)) + "\"";
    if (event.task != 0) {
      json += ",\"task\":";
      append_json_text(json, event.who);
      json += ",\"host\":";
      append_json_text(json, event.host);
    }
    json += ",\"a\":" + std::to_string(event.a) + ",\"b\":" + std::to_string(event.b);
    if (!event.where.empty()) {
      json += ",\"at\":";
      append_json_text(json, event.where);
    }
    if (!event.text.empty()) {
      json += ",\"text\":";
      append_json_text(json, event.text);
    }
    json += "}\n";
  }
  if (observer.left_out() > 0) {
    json += "{\"left_out\":" + std::to_string(observer.left_out()) + "}\n";
  }
  return json;
}

}  // namespace rill::simnet
