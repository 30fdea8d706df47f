// Who has which port: binding of listeners, ephemeral ports of clients, TIME_WAIT.
//
// A client's port is taken together with the address it connects to, so that the same port can
// serve connections to different servers, as in Linux. The side that closed first keeps the pair
// for HostOptions::time_wait (RFC 9293, 3.6.1); no timer runs for that: the pair is looked at when
// it is wanted again.
#include <algorithm>
#include <cerrno>

#include "simnet/engine.h"

namespace rill::simnet {
namespace {

/// On loopback a new connection may take over a pair in TIME_WAIT after a second (ip-sysctl,
/// tcp_tw_reuse = 2).
constexpr Duration kLoopbackReuse = seconds(1);

}  // namespace

Listened Engine::listen(HostId host, const Address& at, const ListenOptions& options) {
  Listened result;
  result.bound = at;
  if (options.inherited_fd >= 0) {
    result.error = ENOSYS;
    return result;
  }
  if (host >= hosts_.size() || at.family == Address::Family::none) {
    result.error = EINVAL;
    return result;
  }
  if (lives_.is_down(host)) {
    result.error = ENETDOWN;
    return result;
  }
  Host& here = hosts_[host];
  const std::uint8_t kinds = kinds_to_bind(at, host);
  if (kinds == 0) {
    result.error = EADDRNOTAVAIL;
    return result;
  }
  if (!has_descriptor(host)) {
    result.error = EMFILE;
    return result;
  }
  if (at.port == 0) {
    for (std::uint32_t port = here.options->first_ephemeral_port;
         port <= here.options->last_ephemeral_port && result.bound.port == 0; ++port) {
      const auto candidate = static_cast<std::uint16_t>(port);
      if (listeners_.is_free(host, candidate, kinds, false)) result.bound.port = candidate;
    }
  }
  if (result.bound.port == 0 ||
      !listeners_.is_free(host, result.bound.port, kinds, options.reuse_port)) {
    result.error = EADDRINUSE;
    return result;
  }
  const std::uint32_t slot = sockets_.take();
  Listener listener;
  listener.socket = slot;
  listener.host = host;
  listener.port = result.bound.port;
  listener.bound = result.bound;
  listener.kinds = kinds;
  listener.is_ipv6 = at.family == Address::Family::ipv6;
  listener.reuse_port = options.reuse_port;
  listener.backlog = std::min(static_cast<std::uint32_t>(std::max(options.backlog, 0)),
                              here.options->largest_backlog);
  Socket& socket = sockets_[slot];
  socket.state = Socket::State::listening;
  socket.host = host;
  socket.port = listener.port;
  socket.listener = listeners_.add(listener);
  ++here.listeners;
  count_descriptor(host, 1);
  result.handle = open(slot);
  note(EventKind::listen, sockets_.number(slot), listener.port);
  return result;
}

std::uint16_t Engine::free_port(Socket& client) {
  Host& host = hosts_[client.host];
  const std::uint32_t first = host.options->first_ephemeral_port;
  const std::uint32_t last = host.options->last_ephemeral_port;
  std::uint32_t port = std::max<std::uint32_t>(host.next_port, first);
  for (std::uint32_t tries = first; tries <= last; ++tries, ++port) {
    if (port > last) port = first;
    const auto candidate = static_cast<std::uint16_t>(port);
    if (is_port_taken(client, candidate)) continue;
    host.next_port = static_cast<std::uint16_t>(port == last ? first : port + 1);
    return candidate;
  }
  return 0;
}

bool Engine::is_port_taken(const Socket& client, std::uint16_t port) {
  if (hosts_[client.host].listeners > 0 &&
      !listeners_.is_free(client.host, port, client.kind, false)) {
    return true;
  }
  const std::uint32_t other = ports_.find(hash_of_ports(client, port), [&](std::uint32_t slot) {
    const Socket& one = sockets_[slot];
    return one.host == client.host && one.port == port && one.kind == client.kind &&
           one.peer_host == client.peer_host && one.peer_port == client.peer_port;
  });
  if (other == IdTable::kNone) return false;
  const Socket& holder = sockets_[other];
  if (holder.state != Socket::State::time_wait) return true;
  const bool is_loopback = holder.host == holder.peer_host;
  const Duration kept = is_loopback ? kLoopbackReuse : hosts_[client.host].options->time_wait;
  if (clock_ < holder.since + kept) return true;
  give_ports_back(other);  // the record leaves when its time has come
  return false;
}

std::uint64_t Engine::hash_of_ports(const Socket& client, std::uint16_t port) {
  const std::uint64_t hosts = std::uint64_t{client.host} << 32 | client.peer_host;
  return scatter(hosts ^ scatter(std::uint64_t{port} << 24 | client.peer_port << 8 | client.kind));
}

void Engine::take_ports(std::uint32_t slot) {
  sockets_[slot].owns_ports = true;
  ports_.insert(hash_of_ports(sockets_[slot], sockets_[slot].port), slot);
}

void Engine::give_ports_back(std::uint32_t slot) {
  sockets_[slot].owns_ports = false;
  ports_.erase(hash_of_ports(sockets_[slot], sockets_[slot].port), slot);
}

void Engine::keep_in_time_wait(std::uint32_t slot) {
  sockets_[slot].state = Socket::State::time_wait;
  (first_time_wait_ == kNoSlot ? first_time_wait_ : sockets_[last_time_wait_].next) = slot;
  last_time_wait_ = slot;
}

/// Releases the records whose time is over. They stand in the order in which they came; one that
/// stands behind a longer time is released late, which only costs memory.
void Engine::end_time_waits() {
  while (first_time_wait_ != kNoSlot) {
    const std::uint32_t slot = first_time_wait_;
    const Socket& socket = sockets_[slot];
    if (clock_ < socket.since + hosts_[socket.host].options->time_wait) return;
    first_time_wait_ = socket.next;
    if (socket.owns_ports) give_ports_back(slot);
    sockets_.release(slot);
  }
}

}  // namespace rill::simnet
