// See words.h.
#include "scheduler/view/words.h"

#include <algorithm>

#include "scheduler/export/events.h"
#include "scheduler/print/print.h"
#include "scheduler/view/phrases.h"

namespace rill::view {
namespace {

using trace::Kind;
using trace::Record;

constexpr std::size_t kMostShownBytes = 40;
constexpr print::Quoting kQuoting = {.most_characters = kMostShownBytes, .cut = "…"};

std::string sized(std::uint64_t bytes, std::string_view data) {
  return std::to_string(bytes) + " B" + (data.empty() ? "" : " " + print::quoted(data, kQuoting));
}

std::string after_colon(std::string_view text) {
  return text.empty() ? "" : ": " + std::string(text);
}

std::string_view or_else(std::string_view text, std::string_view otherwise) {
  return text.empty() ? otherwise : text;
}

std::string signal_name(std::uint64_t number) {
  switch (number) {
    case 1:
      return "SIGHUP";
    case 2:
      return "SIGINT";
    case 3:
      return "SIGQUIT";
    case 10:
      return "SIGUSR1";
    case 12:
      return "SIGUSR2";
    case 15:
      return "SIGTERM";
    default:
      return "signal " + std::to_string(number);
  }
}

/// The bytes that a segment carries, from what was sent; "" when they are not in the trace.
std::string stream_bytes(const Model& model, const Record& event) {
  const Connection* const connection = model.find_connection(event.conn);
  if (connection == nullptr || event.bytes == 0) return "";
  const std::vector<Sent>& sent = connection->end(event.end).sent;
  auto part = std::partition_point(
      sent.begin(), sent.end(), [&](const Sent& s) { return s.offset + s.bytes <= event.offset; });
  const std::size_t wanted = std::min<std::uint64_t>(event.bytes, kMostShownBytes + 1);
  std::string data;
  for (; part != sent.end() && data.size() < wanted; ++part) {
    const std::uint64_t at = event.offset + data.size();
    if (at < part->offset || part->data.empty()) break;
    const std::size_t skipped = std::min<std::uint64_t>(at - part->offset, part->data.size());
    const std::string_view piece = part->data.substr(skipped, wanted - data.size());
    data += piece;
    if (data.size() < wanted && skipped + piece.size() < part->bytes) break;  // cut short
  }
  return data;
}

/// Who goes on because of it: ", wakes reader#3".
std::string let_go(const Model& model, const Record& event) {
  const std::vector<std::string_view>& woken = model.let_go_by(event.n);
  if (woken.empty()) return event.did == "set" ? ", and nobody waits" : "";
  return ", wakes " +
         (woken.size() == 1 ? std::string(woken.front()) : counted(woken.size(), "task"));
}

/// What somebody waits for, as `told` says, and until when.
std::string waits(const Record& event, std::string_view told) {
  const bool is_timed = event.until_ns && event.limit_ns;
  const std::string limit = is_timed ? print::milliseconds(*event.limit_ns) + " ms" : "";
  const std::string until = is_timed ? print::milliseconds(*event.until_ns) + " ms" : "";
  if (is_timed && event.on == "sleep" && event.limit_at.empty()) {
    return "sleeps " + limit + " until " + until;
  }
  std::string text = "waits: " + std::string(or_else(or_else(told, event.on), "?"));
  if (!event.object.empty()) text += " (" + event.object + ")";
  if (is_timed) {
    text += ", until " + until + " at most (timeout of " + limit +
            (event.limit_at.empty() ? "" : " at " + event.limit_at) + ")";
  }
  return text;
}

/// Whose step broke a property: ", broken by worker#3 in #24".
std::string broken_by(const Model& model, const Record& event) {
  if (event.cause == 0) return "";
  const std::size_t step = model.place_of(event.cause);
  const std::string task = step == kNone ? std::string() : model.event(step).task;
  return ", broken by " + (task.empty() ? "" : task + " in ") + "#" + std::to_string(event.cause);
}

std::string once_more(const Record& event) { return event.again ? ", once more" : ""; }

}  // namespace

std::string peer_of(const Model& model, const Record& event) {
  const Connection* const connection = model.find_connection(event.conn);
  if (connection == nullptr) return "?";
  const EndOfConnection& other =
      connection->end(event.end == trace::End::a ? trace::End::b : trace::End::a);
  return std::string(or_else(or_else(other.host, other.address), "the peer"));
}

std::string wait_text(const Model& model, std::size_t i) {
  std::string text = model.text(i);
  const std::string& on = model.event(i).on;
  if (text.empty()) text = on.empty() ? "?" : on;
  return text;
}

std::string told(const Model& model, std::size_t i) {
  const std::string name = who(model, model.event(i));
  return (name.empty() ? "" : name + " ") + one_line(describe(model, i));
}

std::string who(const Model& model, const Record& event) {
  switch (event.kind) {
    case Kind::fault:
      return "";
    case Kind::finish:
    case Kind::fail:
    case Kind::time_out:
      return event.target.empty() ? event.task : event.target;
    case Kind::kill:
      return !event.task.empty() && event.task != event.target ? event.task : event.target;
    case Kind::spawn:
      return event.task.empty() ? event.target : event.task;
    default:
      if (!event.task.empty()) return event.task;
      return std::string(or_else(model.woken_by(event.n), event.host));
  }
}

std::string describe(const Model& model, std::size_t i) {
  const Record& event = model.event(i);
  std::string text = model.text(i);
  switch (event.kind) {
    case Kind::host:
      return "has the address " + std::string(or_else(event.address, "?"));
    case Kind::spawn:
      return event.task.empty() ? "starts" : "spawns " + event.target;
    case Kind::step:
      return "runs";
    case Kind::block:
      return waits(event, text);
    case Kind::wake:
      return (event.task.empty() ? "the " + std::string(or_else(event.why, "loop")) + " " : "") +
             "wakes " + event.target;
    case Kind::finish:
      return "returns";
    case Kind::fail:
      return "fails" + after_colon(first_line(text));
    case Kind::kill:
      return (!event.task.empty() && event.task != event.target ? "kills " + event.target
                                                                : "is killed") +
             after_colon(text);
    case Kind::time_out:
      return "runs into its timeout" +
             (event.limit_ns ? " of " + print::milliseconds(*event.limit_ns) + " ms" : "");
    case Kind::sync:
      return exports::told_deed(event) + let_go(model, event);
    case Kind::decide:
      if (event.choice != 0 && !text.empty()) return text;
      return "chooses " + std::to_string(event.choice) + " of " + std::to_string(event.of) +
             " at " + std::string(or_else(event.site, "?")) + after_colon(text);
    case Kind::listen:
      return "listens on port " + std::to_string(event.port);
    case Kind::connect:
      return "connects to " + peer_of(model, event) + once_more(event);
    case Kind::established:
      return "is connected to " + peer_of(model, event);
    case Kind::accept:
      return "accepts " + peer_of(model, event);
    case Kind::send:
      return "sends " + sized(event.bytes, event.data);
    case Kind::segment:
      return sized(event.bytes, stream_bytes(model, event)) + " → " + peer_of(model, event) +
             once_more(event);
    case Kind::lost:
      return std::to_string(event.bytes) + " B to " + peer_of(model, event) + " are lost" +
             after_colon(text);
    case Kind::deliver:
      return std::to_string(event.bytes) + " B arrive from " + peer_of(model, event);
    case Kind::recv:
      return event.bytes == 0 ? "receives the end of the stream"
                              : "receives " + sized(event.bytes, event.data);
    case Kind::shutdown:
      return "ends its side (FIN)";
    case Kind::end_of_stream:
      return "FIN arrives from " + peer_of(model, event);
    case Kind::close:
      if (event.conn != 0) return "closes the connection to " + peer_of(model, event);
      return event.socket != 0 ? "closes the listener" : "closes a socket";
    case Kind::reset:
      return "the connection to " + peer_of(model, event) + " is reset (RST)";
    case Kind::refuse:
      return "the connection is refused: nobody listens on port " + std::to_string(event.port);
    case Kind::resolve:
      return "resolves " + std::string(or_else(event.name, "?")) + after_colon(event.addresses);
    case Kind::signal:
      return "gets " + signal_name(event.signal);
    case Kind::fault:
      return text.empty() ? "fault: " + std::string(or_else(event.site, "?")) : text;
    case Kind::property:
      return (event.holds ? "✓ " : "✗ ") + event.name + after_colon(first_line(text)) +
             broken_by(model, event);
    case Kind::note:
      return text;
    case Kind::run_fails:
      return "the run fails" +
             after_colon(first_line(text.starts_with("the run: ") ? text.substr(9) : text));
    case Kind::end:
      break;
  }
  return std::string(trace::to_string(event.kind)) + after_colon(text);
}

}  // namespace rill::view
