// Binding and finding of listeners. See listeners.h.
#include "simnet/listeners.h"

#include <algorithm>
#include <bit>

namespace rill::simnet {

bool Listeners::is_free(HostId host, std::uint16_t port, std::uint8_t kinds,
                        bool reuse_port) const {
  const auto blocks = [&](std::uint32_t id) {
    const Listener& other = listeners_[id];
    return other.host == host && other.port == port && (other.kinds & kinds) != 0 &&
           !(other.reuse_port && reuse_port);
  };
  return table_.find(hash(host, port), blocks) == IdTable::kNone;
}

std::uint32_t Listeners::add(const Listener& listener) {
  std::uint32_t id;
  if (unused_.empty()) {
    id = static_cast<std::uint32_t>(listeners_.size());
    listeners_.push_back(listener);
  } else {
    id = unused_.back();
    unused_.pop_back();
    listeners_[id] = listener;
  }
  table_.insert(hash(listener.host, listener.port), id);
  return id;
}

std::uint32_t Listeners::find(HostId host, std::uint16_t port, AddressKind kind,
                              std::uint64_t spread) const {
  std::vector<std::uint32_t> found;  // the most specific ones
  table_.find(hash(host, port), [&](std::uint32_t id) {
    const Listener& one = listeners_[id];
    if (one.host != host || one.port != port || (one.kinds & kind) == 0) return false;
    const int addresses = std::popcount(one.kinds);
    if (!found.empty() && addresses < std::popcount(listeners_[found.front()].kinds)) found.clear();
    if (found.empty() || addresses == std::popcount(listeners_[found.front()].kinds)) {
      found.push_back(id);
    }
    return false;  // look at all of them
  });
  if (found.empty()) return kNoSlot;
  if (found.size() == 1) return found.front();
  // By socket, not by place in the table: sockets are numbered by the program alone.
  std::sort(found.begin(), found.end(), [&](std::uint32_t a, std::uint32_t b) {
    return listeners_[a].socket < listeners_[b].socket;
  });
  return found[spread % found.size()];
}

void Listeners::close(std::uint32_t id) {
  Listener& listener = listeners_[id];
  table_.erase(hash(listener.host, listener.port), id);
  listener.is_closed = true;
  release_if_unused(id);
}

void Listeners::end_handshake(std::uint32_t id) {
  --listeners_[id].handshakes;
  release_if_unused(id);
}

void Listeners::release_if_unused(std::uint32_t id) {
  if (listeners_[id].is_closed && listeners_[id].handshakes == 0) unused_.push_back(id);
}

}  // namespace rill::simnet
