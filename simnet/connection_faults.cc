// What goes wrong with one connection: how it begins, how much a call moves, where it breaks.
//
// A break is drawn ahead, once for each 128 KiB of a direction, as the exact byte after which it
// comes: so an oracle can name any byte, whatever segments the program's calls make. A refused,
// hanging or late connect is drawn once, with its first SYN.
#include <algorithm>
#include <cerrno>

#include "simnet/engine.h"

namespace rill::simnet {
namespace {

constexpr std::uint32_t kByteStrengths = 17;  // strength s: byte 2^(s-1) to 2^s - 1
constexpr std::uint64_t kStretchBytes = std::uint64_t{1} << kByteStrengths;
constexpr std::uint8_t kEverySyn = 255;
constexpr std::uint32_t kMostLateSyns = 3;

}  // namespace

/// How many of `most_bytes` a call, or a segment, on the way to `slot` moves.
std::uint32_t Engine::shortened(Fault fault, std::uint32_t slot, std::uint32_t most_bytes) {
  const Flow& flow = flow_to(slot);
  const std::uint32_t missing = strike(fault, flow.key, most_bytes - 1, [&](std::uint32_t bytes) {
    const std::string part =
        std::to_string(most_bytes - bytes) + " of " + std::to_string(most_bytes) + " bytes";
    const std::string name = name_of(flow, slot);
    if (fault == Fault::short_read) return "a read from " + name + " gets " + part;
    if (fault == Fault::short_write) return "a write to " + name + " takes " + part;
    return "a segment of " + name + " carries " + part;
  });
  return most_bytes - missing;
}

/// The size of the next segment to `slot`; 0 if none may leave any more.
std::uint32_t Engine::bounded_segment(std::uint32_t slot, std::uint32_t size_bytes) {
  Flow& flow = flow_to(slot);
  if (flow.is_over) return 0;
  if (flow.bytes >= flow.armed_until && !flow.is_dead) {
    flow.breaks_at = UINT64_MAX;
    arm(flow, Fault::reset);
    arm(flow, Fault::silent_death);
    flow.armed_until = flow.bytes + kStretchBytes;
  }
  if (flow.breaks_at > flow.bytes && flow.breaks_at - flow.bytes < size_bytes) {
    size_bytes = static_cast<std::uint32_t>(flow.breaks_at - flow.bytes);
  }
  return shortened(Fault::short_segment, slot, size_bytes);
}

void Engine::arm(Flow& flow, Fault fault) {
  const std::uint32_t strength = draw(fault, flow.key, kByteStrengths);
  if (strength == 0) return;
  const std::uint64_t least = std::uint64_t{1} << (strength - 1);
  const Site named = byte_site(fault, flow.key);
  Site& site = context_->sites.at(named.name, named.instance);
  const std::uint64_t at = flow.bytes + least + context_->decide(site, least);
  if (at >= flow.breaks_at) return;
  flow.breaks_at = at;
  flow.breaks_by = fault;
}

/// The byte has left.
void Engine::break_connection(std::uint32_t slot, Flow& flow) {
  flow.breaks_at = UINT64_MAX;
  if (!is_live() || flow.is_dead) return;
  struck(flow.breaks_by, flow.key, flow.bytes, [&] {
    const bool is_reset = flow.breaks_by == Fault::reset;
    return name_of(flow, slot) + (is_reset ? " is reset after " : " dies without a word after ") +
           std::to_string(flow.bytes) + " bytes";
  });
  const std::uint32_t writer = sockets_[slot].peer;
  Flow& back = flow_to(writer);
  if (flow.breaks_by == Fault::silent_death) {
    flow.is_dead = back.is_dead = true;
    return;
  }
  ship(slot, Arrival::rst, 0);
  ship(writer, Arrival::rst, 0);
  flow.is_over = back.is_over = true;
}

bool Engine::loses_syn(std::uint32_t slot) {
  const Socket& client = sockets_[slot];
  Flow& flow = flow_to(slot);
  if (client.attempts == 1) plan_connect(slot, flow);
  wear_out(client.link);
  if (!is_live()) flow.lost_syns = 0;
  if (flow.lost_syns > 0) {
    if (flow.lost_syns != kEverySyn) --flow.lost_syns;
    return true;
  }
  return loses_signal(client.link);
}

void Engine::plan_connect(std::uint32_t slot, Flow& flow) {
  const auto name = [&] {
    const Socket& client = sockets_[slot];
    return hosts_[client.host].name + "->" + hosts_[client.peer_host].name + "#" +
           std::to_string(flow.number);
  };
  if (strike(Fault::connect_refuse, flow.key, 1,
             [&](auto) { return "connect " + name() + " is refused"; }) != 0) {
    flow.refuses = true;
  } else if (strike(Fault::connect_hang, flow.key, 1,
                    [&](auto) { return "connect " + name() + " gets no answer"; }) != 0) {
    flow.lost_syns = kEverySyn;
  } else {
    flow.lost_syns = static_cast<std::uint8_t>(
        strike(Fault::connect_late, flow.key, kMostLateSyns, [&](std::uint32_t times) {
          return "connect " + name() + " comes " + std::to_string((1 << times) - 1) + " s late";
        }));
  }
}

bool Engine::is_refused(std::uint32_t slot) { return is_live() && flow_to(slot).refuses; }

/// Whether the accept queue counts as full for the SYN of the client in `slot`.
bool Engine::finds_queue_full(std::uint32_t slot) {
  return strike(Fault::backlog_full, flow_to(slot).key, 1, [&](auto) {
           const Socket& client = sockets_[slot];
           return "the accept queue of " + hosts_[client.peer_host].name + ":" +
                  std::to_string(client.peer_port) + " is full";
         }) != 0;
}

int Engine::error_of_accept(const Listener& listener) {
  const std::string& host = hosts_[listener.host].name;
  const std::uint64_t key = listener_key(host, listener.port);
  const auto story = [&](const char* error) {
    return "accept at " + host + ":" + std::to_string(listener.port) + " fails with " + error;
  };
  const auto strikes = [&](Fault fault, const char* error) {
    return strike(fault, key, 1, [&](auto) { return story(error); }) != 0;
  };
  if (strikes(Fault::accept_emfile, "EMFILE")) return EMFILE;
  if (strikes(Fault::accept_aborted, "ECONNABORTED")) return ECONNABORTED;
  return 0;
}

}  // namespace rill::simnet
