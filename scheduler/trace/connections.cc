// See connections.h.
#include "scheduler/trace/connections.h"

namespace rill::trace {

TracedSocket& Connections::add(std::uint64_t number) {
  const std::size_t slot = slot_of(number);
  if (slot >= sockets_.size()) sockets_.resize(slot + 1);
  TracedSocket& socket = sockets_[slot];
  const SocketFacts facts = surroundings_.socket(number);
  if (socket.flow != 0) flows_.erase(socket.flow);
  socket = TracedSocket();
  socket.number = number;
  socket.host = facts.host;
  if (facts.is_listener) {
    socket.listener = ++listeners_;
    return socket;
  }
  socket.end = facts.has_connected ? End::a : End::b;
  socket.peer = facts.peer;
  TracedSocket* const peer = peer_of(socket);
  socket.conn = peer != nullptr ? peer->conn : ++connections_;
  if (peer != nullptr) peer->peer = number;
  return socket;
}

TracedSocket* Connections::peer_of(TracedSocket& socket) {
  if (socket.conn == 0 && socket.peer == 0) return nullptr;
  if (socket.peer == 0) {
    const std::uint64_t peer = surroundings_.socket(socket.number).peer;
    if (peer == 0) return nullptr;
    socket.peer = peer;
    return &of(peer);
  }
  const std::size_t slot = slot_of(socket.peer);
  const bool is_known = slot < sockets_.size() && sockets_[slot].number == socket.peer;
  return is_known ? &sockets_[slot] : nullptr;
}

TracedSocket* Connections::at_slot(std::uint32_t slot_and_one) {
  if (slot_and_one == 0) return nullptr;
  if (const std::uint64_t number = surroundings_.socket_at(slot_and_one - 1)) return &of(number);
  if (slot_and_one > sockets_.size()) return nullptr;
  TracedSocket& socket = sockets_[slot_and_one - 1];
  return socket.number != 0 ? &socket : nullptr;
}

void Connections::set_flow(TracedSocket& socket, std::uint64_t instance) {
  if (socket.flow != 0) flows_.erase(socket.flow);
  socket.flow = instance;
  flows_[instance] = socket.number;
}

TracedSocket* Connections::struck(std::uint64_t instance) {
  const auto found = flows_.find(instance);
  if (found == flows_.end()) return nullptr;
  TracedSocket& socket = sockets_[slot_of(found->second)];
  return socket.number == found->second ? &socket : nullptr;
}

}  // namespace rill::trace
