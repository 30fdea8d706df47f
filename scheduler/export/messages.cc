// Who is at which end, and what of it is a message. See messages.h.
#include "scheduler/export/messages.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "scheduler/export/endpoint.h"
#include "scheduler/export/events.h"
#include "scheduler/export/stream_bytes.h"
#include "scheduler/export/text.h"

namespace rill::exports {
namespace {

using trace::End;
using trace::Kind;
using trace::Record;

constexpr std::uint64_t kMostShownBytes = 32;  // of a segment

struct Side {
  std::string host;
  std::string task;
  std::string address;
  bool is_told = false;
  bool is_established = false;
  bool has_ended = false;
  StreamBytes bytes;
};

struct Connection {
  Side a;
  Side b;
  bool is_refused = false;
  Side& of(End end) { return end == End::b ? b : a; }
};

class Messenger {
 public:
  explicit Messenger(const trace::Log& log) : log_(log), is_simulated_(log.header.world == "sim") {
    for (const Record& record : log.records) learn(record);
    std::set<std::string> hosts;
    for (auto& [number, connection] : connections_) {
      connection.a.bytes.sort();
      connection.b.bytes.sort();
      const std::string a = place(connection.a);
      const std::string b = place(connection.b);
      if (a != b) hosts.insert(a), hosts.insert(b);
    }
    is_between_hosts_ = hosts.size() > 1;
  }

  std::vector<Message> run() {
    for (event_ = 0; event_ < log_.records.size(); ++event_) {
      const Record& record = log_.records[event_];
      const auto found = connections_.find(record.conn);
      if (is_of_connection(record) && found != connections_.end()) {
        of_connection(record, found->second);
      } else if (record.kind == Kind::fault && found != connections_.end()) {
        note(who(found->second.a), who(found->second.b), told(record));
      } else {
        of_task(record);
      }
    }
    return std::move(messages_);
  }

 private:
  static bool is_of_connection(const Record& record) {
    return record.conn != 0 && record.end != End::none && record.kind != Kind::block;
  }

  void learn(const Record& record) {
    if (record.kind == Kind::lost) lost_.insert(record.cause);
    if (record.kind == Kind::host) {
      for (const Address& address : address_list(record.address)) {
        hosts_.try_emplace(address.host_text(), record.host);
      }
    }
    if (!is_of_connection(record)) return;
    Connection& connection = connections_[record.conn];
    Side& here = connection.of(record.end);
    here.is_told = true;
    // Whose connection it is at last: a server's acceptor hands it on.
    if (record.kind == Kind::send || record.kind == Kind::recv || here.task.empty()) {
      if (!record.task.empty()) here.task = record.task;
    }
    if (here.host.empty() && record.kind != Kind::refuse) here.host = record.host;
    if (record.kind == Kind::send) here.bytes.add(record);
    if (record.kind == Kind::established) here.is_established = true;
    if (record.kind == Kind::connect || record.kind == Kind::accept) {
      connection.a.address = record.from;
      connection.b.address = record.to;
    }
  }

  /// Where an end is: a host's name, else an address.
  std::string place(const Side& side) const {
    if (!side.host.empty()) return side.host;
    if (const std::optional<Address> address = endpoint(side.address)) {
      const auto found = hosts_.find(address->host_text());
      if (found != hosts_.end()) return found->second;
    }
    return side.address.empty() ? "another process" : side.address;
  }

  std::string who(const Side& side) const {
    return is_between_hosts_ || side.task.empty() ? place(side) : side.task;
  }

  void add(Message::Kind kind, const std::string& from, const std::string& to,
           const std::string& text) {
    messages_.push_back({static_cast<std::uint32_t>(event_), kind, from, to, text});
  }
  void note(const std::string& from, const std::string& to, const std::string& text) {
    add(Message::Kind::note, from, from == to ? "" : to, text);
  }

  std::string bytes_text(const Side& from, const Record& record) const {
    std::uint64_t unknown = 0;
    const std::uint64_t shown = std::min(record.bytes, kMostShownBytes);
    const bool can_add = record.offset <= UINT64_MAX - shown;
    const std::string bytes = can_add ? from.bytes.bytes(record.offset, shown, unknown) : "";
    const std::string size =
        std::to_string(record.bytes) + (record.bytes == 1 ? " byte" : " bytes");
    return unknown > 0 || bytes.empty() ? size : size + " " + print::quoted(bytes, kShort);
  }

  void of_connection(const Record& record, Connection& connection) {
    Side& here = connection.of(record.end);
    Side& there = connection.of(other(record.end));
    const std::string from = who(here);
    const std::string to = who(there);
    const std::string again = record.again ? ", once more" : "";
    switch (record.kind) {
      case Kind::connect:
        return add(connection.a.is_established || !is_simulated_ ? Message::Kind::request
                                                                 : Message::Kind::lost,
                   from, to, "connects (SYN)" + again);
      case Kind::accept:
        if (!there.is_told) add(Message::Kind::request, to, from, "connects (SYN)");
        return;
      case Kind::segment: {
        const bool is_lost = lost_.count(record.n) > 0;
        return add(is_lost ? Message::Kind::lost : Message::Kind::data, from, to,
                   bytes_text(here, record) + again + (is_lost ? ", lost" : ""));
      }
      case Kind::send:
        if (!is_simulated_) add(Message::Kind::data, from, to, bytes_text(here, record));
        return;
      case Kind::recv:
        if (!is_simulated_ && !there.is_told) {
          add(Message::Kind::data, to, from,
              std::to_string(record.bytes) + " bytes " + print::quoted(record.data, kShort));
        }
        return;
      case Kind::shutdown:
      case Kind::close:
        if (here.has_ended || (is_simulated_ && record.kind == Kind::close)) return;
        here.has_ended = !is_simulated_;
        return add(Message::Kind::data, from, to, "ends its side (FIN)");
      case Kind::end_of_stream:
        if (!there.is_told) add(Message::Kind::data, to, from, "ends its side (FIN)");
        return;
      case Kind::reset:
        if (std::exchange(connection.is_refused, false)) return;  // it arrives: that was all
        return add(Message::Kind::broken, to, from, "resets (RST)");
      case Kind::refuse:
        connection.is_refused = true;
        return add(Message::Kind::broken, who(connection.b), who(connection.a),
                   "refuses (RST): nobody listens");
      default:
        return of_task(record);
    }
  }

  void of_task(const Record& record) {
    const std::string& actor =
        record.task.empty() && !record.target.empty() ? record.target : record.task;
    const std::string place = is_between_hosts_ || actor.empty() ? record.host : actor;
    const std::string text = is_between_hosts_
                                 ? one_line(actor) + (actor.empty() ? "" : " ") + told(record)
                                 : told(record);
    switch (record.kind) {
      case Kind::spawn:
        if (is_between_hosts_ || record.task.empty()) return;
        return add(Message::Kind::request, record.task, record.target, "spawns");
      case Kind::wake:
        if (is_between_hosts_ || record.task.empty() || record.task == record.target) return;
        return add(Message::Kind::data, record.task, record.target,
                   record.object.empty() ? "wakes" : "wakes, by " + record.object);
      case Kind::sync: {
        const Record* const cause = record.cause != 0 ? log_.find(record.cause) : nullptr;
        if (is_between_hosts_ || record.task.empty() || cause == nullptr || cause->task.empty() ||
            cause->task == record.task) {
          return;
        }
        return add(Message::Kind::request, cause->task, record.task, told(record));
      }
      case Kind::kill:
        if (is_between_hosts_ || record.task.empty() || record.task == record.target) {
          return note_at(place, text);
        }
        return add(Message::Kind::broken, record.task, record.target, "kills");
      case Kind::fail:
      case Kind::time_out:
      case Kind::fault:
      case Kind::run_fails:
      case Kind::property:
        return note_at(place, text);
      case Kind::note:
      case Kind::signal:
        return note_at(place, told(record));
      case Kind::finish:
        if (!is_between_hosts_) note_at(place, told(record));
        return;
      default:
        return;
    }
  }

  void note_at(const std::string& place, const std::string& text) {
    note(place.empty() ? "network" : place, "", text);
  }

  const trace::Log& log_;
  const bool is_simulated_;
  bool is_between_hosts_ = false;
  std::map<std::uint64_t, Connection> connections_;
  std::map<std::string, std::string> hosts_;  ///< by address
  std::set<std::uint64_t> lost_;              ///< segments
  std::size_t event_ = 0;
  std::vector<Message> messages_;
};

}  // namespace

std::vector<Message> messages_of(const trace::Log& log) { return Messenger(log).run(); }

}  // namespace rill::exports
