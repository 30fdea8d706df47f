// What goes from lane to lane: arrows, and the pieces of what was sent at once. page/layout.js is
// the same for the page. See model.h.
#include <algorithm>
#include <tuple>
#include <utility>

#include "scheduler/view/model.h"

namespace rill::view {

using trace::End;
using trace::Kind;
using trace::Record;

namespace {

/// The first that was sent behind this offset.
std::vector<Sent>::const_iterator first_behind(const std::vector<Sent>& sent,
                                               std::uint64_t offset) {
  return std::upper_bound(sent.begin(), sent.end(), offset,
                          [](std::uint64_t at, const Sent& one) { return at < one.offset; });
}

}  // namespace

std::size_t Model::place_of(std::uint64_t n) const {
  const Record* const found = n == 0 ? nullptr : log_.find(n);
  return found == nullptr ? kNone : static_cast<std::size_t>(found - log_.records.data());
}

/// The sends at the other end whose bytes a recv gets, by their offsets.
std::vector<std::size_t> Model::sends_into(std::size_t i) const {
  const Record& recv = log_.records[i];
  std::vector<std::size_t> sends;
  const Connection* const connection = find_connection(recv.conn);
  if (connection == nullptr || recv.end == End::none) return sends;
  const std::vector<Sent>& sent = connection->end(trace::other(recv.end)).sent;
  auto part = first_behind(sent, recv.offset);
  if (part != sent.begin()) --part;
  for (; part != sent.end() && part->offset < recv.offset + recv.bytes; ++part) {
    if (part->offset + part->bytes > recv.offset && part->i < i) sends.push_back(part->i);
  }
  return sends;
}

std::map<std::size_t, Arrow> Model::arrows() const {
  std::map<std::size_t, Arrow> arrows;
  // Ends at which the trace says when bytes arrive: on real sockets only the kernel knows.
  std::set<std::pair<std::uint64_t, End>> have_arrivals;
  for (std::size_t i = 0; i < events_; ++i) {
    const Record& event = log_.records[i];
    if (event.kind == Kind::deliver) have_arrivals.insert({event.conn, event.end});
  }
  std::map<std::uint64_t, std::size_t> connects;
  std::map<std::pair<std::uint64_t, End>, std::size_t> fins;
  const auto add = [&](std::size_t from, std::size_t to, const Task* target, bool is_lost = false,
                       bool is_of_object = false) {
    if (from == kNone || target == nullptr || lane_of(from) == nullptr) return;
    arrows[from] = {from, to, target, is_lost, is_of_object};
  };
  for (std::size_t i = 0; i < events_; ++i) {
    const Record& event = log_.records[i];
    switch (event.kind) {
      case Kind::connect:
        connects[event.conn] = i;
        break;
      case Kind::established:
        if (event.end != End::b) break;
        [[fallthrough]];
      case Kind::accept:
        if (const auto from = connects.find(event.conn); from != connects.end()) {
          add(from->second, i, lane_of(i));
          connects.erase(from);
        }
        break;
      case Kind::deliver:
        add(place_of(event.cause), i, lane_of(i));
        break;
      case Kind::lost:
        add(place_of(event.cause), i, owner_of(event.conn, trace::other(event.end), i, true), true);
        break;
      case Kind::recv:
        if (event.bytes == 0 || have_arrivals.contains({event.conn, event.end})) break;
        for (const std::size_t from : sends_into(i)) add(from, i, lane_of(i));
        break;
      case Kind::shutdown:
      case Kind::close:
        if (event.conn != 0) fins[{event.conn, event.end}] = i;
        break;
      case Kind::end_of_stream:
      case Kind::reset: {
        std::size_t from = place_of(event.cause);
        const auto fin = fins.find({event.conn, trace::other(event.end)});
        if (from == kNone && fin != fins.end()) from = fin->second;
        if (from != i) add(from, i, lane_of(i));
        break;
      }
      case Kind::wake:
      case Kind::sync: {
        const std::size_t from = event.object.empty() ? kNone : place_of(event.cause);
        const Task* const target = find_task(event.kind == Kind::wake ? event.target : event.task);
        if (from != kNone && target != lane_of(from)) add(from, i, target, false, true);
        break;
      }
      default:
        break;
    }
  }
  return arrows;
}

std::map<std::size_t, std::string> Model::pieces() const {
  std::map<std::tuple<std::uint64_t, End, std::size_t>, std::vector<std::size_t>> of_send;
  for (std::size_t i = 0; i < events_; ++i) {
    const Record& event = log_.records[i];
    const Connection* const connection =
        event.kind == Kind::segment && !event.again ? find_connection(event.conn) : nullptr;
    if (connection == nullptr || event.end == End::none) continue;
    const std::vector<Sent>& sent = connection->end(event.end).sent;
    const auto behind = first_behind(sent, event.offset);
    if (behind == sent.begin()) continue;
    // Where that send is left out, the one before it has nothing to do with this.
    const auto send = static_cast<std::size_t>(behind - sent.begin()) - 1;
    if (event.offset >= sent[send].offset + sent[send].bytes) continue;
    of_send[{event.conn, event.end, send}].push_back(i);
  }
  std::map<std::size_t, std::string> pieces;
  for (const auto& [send, parts] : of_send) {
    for (std::size_t nth = 0; parts.size() > 1 && nth < parts.size(); ++nth) {
      pieces[parts[nth]] = std::to_string(nth + 1) + "/" + std::to_string(parts.size());
    }
  }
  return pieces;
}

}  // namespace rill::view
