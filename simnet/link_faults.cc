// What goes wrong with a link, for a while: stalls, cuts, slowness, jams; and what its own options
// lose. How TCP gets over it is in retransmission.cc.
//
// A stall, and a jam with a known end, only move arrivals. A cut, and a jam until somebody heals
// the link, block it: what leaves meanwhile is held back by its connection. Whatever was on its way
// when the trouble began arrives.
#include "simnet/engine.h"

namespace rill::simnet {
namespace {

constexpr std::uint32_t kLengths = 16;
constexpr Duration kLongest = seconds(30);
constexpr std::int64_t kSlowness = 20;

constexpr Duration length_of(std::uint32_t strength) {
  const Duration length = milliseconds(std::int64_t{1} << (strength - 1));
  return length < kLongest ? length : kLongest;
}

std::string text_of(std::uint32_t strength) {
  return std::to_string(length_of(strength).ns / 1'000'000) + " ms";
}

/// Behind the link's name.
const char* words_for(CutMode mode) {
  switch (mode) {
    case CutMode::stop:
      return " is cut";
    case CutMode::slow:
      return " is slow";
    case CutMode::jam:
      return " holds everything back";
  }
  return "";
}

}  // namespace

Wear& Engine::wear_of(std::uint32_t link) {
  Wear& wear = faults_->wear(link);
  if (wear.key == 0) {
    wear.key = link_key(hosts_[links_[link].from].name, hosts_[links_[link].to].name);
  }
  return wear;
}

Instant Engine::end_of(std::uint32_t strength) const {
  const Instant end = clock_ + length_of(strength);
  return end < options_.faults.until ? end : options_.faults.until;
}

/// Something is about to leave on the link: its opportunity to break. A link that has a trouble
/// does not get the same once more.
void Engine::wear_out(std::uint32_t link) {
  Wear& wear = wear_of(link);
  const auto strikes = [&](Fault fault, Instant& until, const char* before, const char* after) {
    if (clock_ < until) return false;
    const std::uint32_t strength = strike(fault, wear.key, kLengths, [&](std::uint32_t drawn) {
      return name_of_link(link) + before + text_of(drawn) + after;
    });
    if (strength != 0) until = end_of(strength);
    return strength != 0;
  };
  strikes(Fault::stall, wear.stalled_until, " stalls ", "");
  strikes(Fault::slow, wear.slow_until, " is slow for ", "");
  strikes(Fault::jam, wear.jammed_until, " holds everything back for ", "");
  strikes(Fault::cut_one_way, wear.cut_until, " is cut for ", "");
  if (strikes(Fault::cut, wear.cut_until, " is cut for ", ", and the way back")) {
    Wear& back = wear_of(links_.between(links_[link].to, links_[link].from));
    if (back.cut_until < wear.cut_until) back.cut_until = wear.cut_until;
  }
}

Instant Engine::arrival_if_worn(std::uint32_t link_number, std::uint32_t size_bytes) {
  const Wear& wear = wear_of(link_number);
  Link& link = links_[link_number];
  Instant at = clock_ < wear.stalled_until ? wear.stalled_until : clock_;
  const bool is_slow = at < wear.slow_until;
  if (link.options->bytes_per_second != 0) at = Links::departure(link, size_bytes, at);
  at = at + Links::latency(link, *context_) * (is_slow ? kSlowness : 1);
  const bool is_jammed = at < wear.jammed_until && wear.jammed_until != Instant::never();
  return is_jammed ? wear.jammed_until : at;
}

bool Engine::is_blocked(std::uint32_t link) {
  const Wear& wear = wear_of(link);
  return clock_ < wear.cut_until || wear.jammed_until == Instant::never();
}

/// Whether it is lost by what the link's options say: no trouble, but its nature.
bool Engine::is_lost_by_nature(std::uint32_t link_number, std::uint32_t size_bytes) {
  constexpr std::uint32_t kMillion = 1'000'000;
  const Link& link = links_[link_number];
  const std::uint64_t key = wear_of(link_number).key;
  if (Links::is_full(link, size_bytes, clock_)) {
    struck(Fault::loss, key, 1,
           [&] { return name_of_link(link_number) + " has a full queue, and drops a segment"; });
    return true;
  }
  const std::uint32_t rate = link.options->loss_per_million;
  if (rate == 0) return false;
  Site& site = context_->sites.at("lossy link", key);
  if (rate < kMillion && context_->decide(site, kMillion) < kMillion - rate) return false;
  struck(Fault::loss, key, 1, [&] { return name_of_link(link_number) + " loses a segment"; });
  return true;
}

/// Whether a signal that has no place in a stream, such as the answer to a SYN, gets lost.
bool Engine::loses_signal(std::uint32_t link) {
  return is_blocked(link) || is_lost_by_nature(link, 0);
}

void Engine::cut(HostId from, HostId to, CutMode mode) {
  prepare_faults();
  const std::uint32_t link = links_.between(from, to);
  Wear& wear = wear_of(link);
  switch (mode) {
    case CutMode::stop:
      wear.cut_until = Instant::never();
      break;
    case CutMode::slow:
      wear.slow_until = Instant::never();
      break;
    case CutMode::jam:
      wear.jammed_until = Instant::never();
      break;
  }
  tell_fault(wear.key, 0, context_->trace.has_sink() ? name_of_link(link) + words_for(mode) : "");
}

void Engine::stall(HostId from, HostId to, Duration length) {
  prepare_faults();
  const std::uint32_t link = links_.between(from, to);
  Wear& wear = wear_of(link);
  wear.stalled_until = clock_ + length;
  const bool is_told = context_->trace.has_sink();
  tell_fault(wear.key, 0, is_told ? name_of_link(link) + " stalls " + to_string(length) : "");
}

void Engine::heal(HostId from, HostId to) {
  if (faults_ == nullptr) return;
  const std::uint32_t link = links_.between(from, to);
  Wear& wear = wear_of(link);
  const bool was_jammed = wear.jammed_until == Instant::never();
  wear.stalled_until = wear.cut_until = wear.jammed_until = wear.slow_until = Instant();
  tell_fault(wear.key, 0, context_->trace.has_sink() ? name_of_link(link) + " is healed" : "");
  if (!was_jammed) return;
  for (std::uint32_t slot = 0; slot < sockets_.slots(); ++slot) {
    const std::uint32_t peer = sockets_[slot].peer;
    if (peer == kNoSlot || sockets_[peer].link != link) continue;
    Flow& flow = flow_to(slot);
    if (flow.is_dead || flow.losses_left > 0 || flow.held.empty()) continue;
    detail_held(EventKind::resent, slot, flow);
    if (send_held(slot, flow) && flow.unconfirmed_bytes == 0 && !flow.has_lost_window) {
      stop_timer(flow);
    }
  }
}

}  // namespace rill::simnet
