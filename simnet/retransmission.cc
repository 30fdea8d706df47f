// How TCP gets over losses: what is lost is sent again after 200 ms, then after twice as long each
// time, up to 120 s; after 15 times in vain, 924.6 s, the writer learns ETIMEDOUT. One that has
// closed is given up after 8 times, 102.2 s. The schedule is in retransmission.h.
//
// What leaves behind a lost segment arrives with it: so no stream ever has a hole. Three things
// count as lost: the segment on its way there; its ACK, if the way back is blocked; and the news
// that the window is open again. All three are the writer's to find out, by one timer for each
// direction. Simplified: no fast retransmission, so a single loss costs 200 ms too; and a lost RST,
// which real TCP never sends again, comes when the way is free - as its sender's answer to the next
// segment would.
#include "simnet/retransmission.h"

#include <algorithm>
#include <cerrno>

#include "simnet/engine.h"

namespace rill::simnet {
namespace {

constexpr std::uint32_t kMostLosses = 6;               // in a row, by one strike: 12.6 s
constexpr std::uint32_t kOvertakings = 8;              // 1 to 128 ms
constexpr std::uint32_t kMostAmount = (1u << 24) - 1;  // of an event

/// How late it is after so many losses in a row.
std::string lateness(std::uint32_t losses) {
  return std::to_string(kFirstTimeout.ns / 1'000'000 * ((1 << losses) - 1)) + " ms";
}

}  // namespace

/// Sends a segment, or a signal in its place in the stream, to the end in `slot`.
void Engine::ship(std::uint32_t slot, Arrival kind, std::uint32_t size_bytes) {
  Flow& flow = flow_to(slot);
  if (flow.is_over) return;
  wear_out(sockets_[sockets_[slot].peer].link);
  const bool waits_behind_lost = !flow.held.empty();
  if (waits_behind_lost || loses(flow, slot, kind, size_bytes)) {
    flow.held.push_back({kind, size_bytes});
    if (!waits_behind_lost) detail_held(EventKind::lost, slot, flow);
    start_timer(slot, flow);
  } else {
    depart(slot, kind, size_bytes);
  }
  if (kind != Arrival::segment) return;
  flow.bytes += size_bytes;
  if (flow.bytes == flow.breaks_at) break_connection(slot, flow);
}

/// For a recorder: of the first segment that is held back, if that is one.
void Engine::detail_held(EventKind kind, std::uint32_t slot, const Flow& flow) {
  if (!context_->trace.has_recorder()) return;
  if (flow.held.empty() || flow.held.front().kind != Arrival::segment) return;
  EventDetail behind;
  for (const Held& held : flow.held) behind.behind += held.kind == Arrival::segment ? 1 : 0;
  --behind.behind;  // itself
  context_->trace.set_detail(behind);
  const bool is_cut = kind == EventKind::lost && is_path_dead(slot);
  context_->trace.tell_recorder(kind, sockets_.number(slot), flow.held.front().size_bytes,
                                !is_cut        ? ""
                                : flow.is_dead ? "the connection is dead"
                                               : "the link is cut");
}

bool Engine::loses(Flow& flow, std::uint32_t slot, Arrival kind, std::uint32_t size_bytes) {
  if (is_path_dead(slot)) return true;
  if (kind == Arrival::segment || kind == Arrival::fin) {
    const std::uint32_t losses = strike(Fault::loss, flow.key, kMostLosses, [&](auto times) {
      return name_of(flow, slot) + " loses a segment" +
             (times == 1 ? "" : " " + std::to_string(times) + " times in a row") + ": it comes " +
             lateness(times) + " late";
    });
    flow.losses_left = static_cast<std::uint8_t>(losses > 0 ? losses - 1 : 0);
    if (losses > 0) return true;
  }
  return is_lost_by_nature(sockets_[sockets_[slot].peer].link, size_bytes);
}

/// It leaves, and will arrive.
void Engine::depart(std::uint32_t slot, Arrival kind, std::uint32_t size_bytes) {
  Socket& to = sockets_[slot];
  const std::uint32_t link = sockets_[to.peer].link;
  Instant at = arrival(link, size_bytes);
  if (kind == Arrival::segment) {
    const Flow& flow = flow_to(slot);
    const std::uint32_t twice = strike(Fault::duplication, flow.key, 1, [&](auto) {
      return name_of(flow, slot) + " carries a segment twice";
    });
    if (twice != 0 && links_[link].options->bytes_per_second != 0) {
      Links::departure(links_[link], size_bytes, clock_);
    }
    const auto lateness_of = [](std::uint32_t strength) {
      return std::int64_t{1} << (strength - 1);
    };
    const std::uint32_t late =
        strike(Fault::reordering, flow.key, kOvertakings, [&](auto strength) {
          return name_of(flow, slot) + ": a segment is overtaken, and comes " +
                 std::to_string(lateness_of(strength)) + " ms late";
        });
    if (late != 0) at = at + milliseconds(lateness_of(late));
  }
  if (to.last_arrival < at) to.last_arrival = at;
  if (kind != Arrival::segment) ++to.events;
  events_.push(Event(to.last_arrival, kind, slot, size_bytes));
}

void Engine::start_timer(std::uint32_t slot, Flow& flow) {
  if (flow.timer_at != Instant::never()) return;
  flow.timer_at = clock_ + retransmission_timeout(flow.attempts);
  ++sockets_[slot].events;
  events_.push(Event(flow.timer_at, Arrival::retransmit, slot));
}

void Engine::stop_timer(Flow& flow) {
  if (flow.timer_at == Instant::never()) return;
  flow.timer_at = Instant::never();
  ++stale_events_;
}

/// The timer of the way to `slot`.
void Engine::retransmit(std::uint32_t slot) {
  Flow& flow = flow_to(slot);
  if (flow.timer_at != clock_) {
    --stale_events_;
    return;
  }
  flow.timer_at = Instant::never();
  const Socket& writer = sockets_[sockets_[slot].peer];
  bool goes = !is_path_dead(slot);
  if (!is_live()) flow.losses_left = 0;
  if (goes && flow.losses_left > 0) {
    --flow.losses_left;
    goes = false;
  }
  const std::uint32_t first_bytes = flow.held.empty() ? 0 : flow.held.front().size_bytes;
  detail_held(EventKind::resent, slot, flow);
  goes = goes && !is_lost_by_nature(writer.link, first_bytes);
  if (!goes) detail_held(EventKind::lost, slot, flow);
  const bool is_all_sent = goes && send_held(slot, flow);
  if (goes && !is_path_dead(sockets_[slot].peer)) {
    flow.attempts = 0;
    confirm(slot, flow);
    if (!is_all_sent) start_timer(slot, flow);
    return;
  }
  const bool is_orphan = writer.state == Socket::State::closed;
  if (++flow.attempts > (is_orphan ? kMostOrphanAttempts : kMostAttempts)) {
    give_up(slot, flow);
  } else {
    start_timer(slot, flow);
  }
}

/// Sends what is held back, as far as the link's queue takes it. Whether that was all.
bool Engine::send_held(std::uint32_t slot, Flow& flow) {
  const std::uint32_t link = sockets_[sockets_[slot].peer].link;
  std::size_t sent = 0;
  for (; sent < flow.held.size(); ++sent) {
    const Held& next = flow.held[sent];
    if (sent > 0 && Links::is_full(links_[link], next.size_bytes, clock_)) break;
    depart(slot, next.kind, next.size_bytes);
  }
  flow.held.erase(flow.held.begin(), flow.held.begin() + static_cast<std::ptrdiff_t>(sent));
  return flow.held.empty();
}

bool Engine::is_path_dead(std::uint32_t slot) {
  return flow_to(slot).is_dead || is_blocked(sockets_[sockets_[slot].peer].link);
}

/// Whether the ACK of what has just arrived is lost.
bool Engine::withholds_ack(Socket& reader, std::uint32_t slot, std::uint32_t size_bytes) {
  if (!is_path_dead(reader.peer)) return false;
  Flow& flow = flow_to(slot);
  flow.unconfirmed_bytes += size_bytes;
  reader.unacknowledged += size_bytes;
  start_timer(slot, flow);
  return true;
}

/// Whether the news that there is room again is lost. The writer will ask (RFC 9293, 3.8.6.1).
bool Engine::withholds_window(const Socket& reader, std::uint32_t slot) {
  if (!is_path_dead(reader.peer)) return false;
  Flow& flow = flow_to(slot);
  flow.has_lost_window = true;
  start_timer(slot, flow);
  return true;
}

/// The reader's end answers what was sent again.
void Engine::confirm(std::uint32_t slot, Flow& flow) {
  Socket& reader = sockets_[slot];
  if (flow.is_gone && flow.has_lost_window) {
    flow.has_lost_window = false;
    return send_reset(slot);
  }
  while (flow.unconfirmed_bytes > 0) {
    const std::uint32_t part = std::min(flow.unconfirmed_bytes, kMostAmount);
    flow.unconfirmed_bytes -= part;
    ++reader.events;
    events_.push(Event(arrival(reader.link, 0), Arrival::acknowledged, slot, part));
  }
  if (std::exchange(flow.has_lost_window, false)) {
    ++reader.events;
    events_.push(Event(arrival(reader.link, 0), Arrival::window, slot));
  }
}

/// Whoever would send again what was lost on the way to `slot` is gone.
void Engine::forget_lost(std::uint32_t slot) {
  Flow& flow = flow_to(slot);
  stop_timer(flow);
  // An end of the stream that was lost never comes: see is_gone().
  if (!flow.held.empty()) sockets_[sockets_[slot].peer].has_ended = false;
  give_up(slot, flow);
}

/// Nothing of what is held back will arrive; the writer's end is told, if anybody is there.
void Engine::give_up(std::uint32_t slot, Flow& flow) {
  Socket& reader = sockets_[slot];
  Socket& writer = sockets_[reader.peer];
  const bool was_written =
      std::any_of(flow.held.begin(), flow.held.end(),
                  [](const Held& held) { return held.kind != Arrival::handshake; }) ||
      flow.unconfirmed_bytes > 0 || flow.has_lost_window;
  for (const Held& held : flow.held) {
    if (held.kind == Arrival::segment) reader.in_flight -= held.size_bytes;
  }
  flow.held.clear();
  reader.unacknowledged -= std::exchange(flow.unconfirmed_bytes, 0u);
  flow.has_lost_window = false;
  flow.attempts = 0;
  if (reader.state == Socket::State::handshaking) {  // the server forgets a half-open connection
    listeners_.end_handshake(reader.listener);
    abandon(reader);
    drop_bytes(reader);
  }
  if (!was_written) return;  // the client does not know better: see land_handshake
  reader.unsent = 0;
  reader.ends_after_unsent = false;
  if (writer.state == Socket::State::closed || writer.has_reset) return;
  tell_fault(flow.key, kMostAttempts,
             context_->trace.has_sink()
                 ? name_of(flow, slot) + " is given up: no answer to 15 repetitions"
                 : "");
  flow_to(reader.peer).is_gone = true;
  break_stream(reader.peer, ETIMEDOUT);
}

}  // namespace rill::simnet
