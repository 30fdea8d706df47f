// How a connection ends: end of stream, reset, close; and when its records can be used again.
//
// Which error is reported, where and how often follows Linux 6.18, as measured on loopback: end of
// stream wins over a reset that came later; an error is reported once, by whichever call is next;
// after that recv gives end of stream and send EPIPE. Bytes that had arrived before a reset can
// still be read.
#include <cerrno>

#include "simnet/engine.h"

namespace rill::simnet {

void Engine::close(Handle handle) {
  Socket* const socket = sockets_.find(handle);
  if (socket == nullptr) return;
  end_operations(*socket);
  const std::uint32_t slot = handle.slot;
  if (socket->state == Socket::State::listening) return close_listener(slot);
  const bool has_unread = socket->arrived > 0;
  mark_closed(slot);
  drop_bytes(*socket);
  if (!socket->has_reset) {
    // RFC 2525, 2.17: with unread input the peer must learn that it was lost - if there still is a
    // connection (tcp_close, TCP_CLOSE).
    if (has_unread && !both_have_ended(*socket)) {
      send_reset(slot);
    } else if (!socket->has_ended) {
      end_writing(slot);
    }
  }
  release_if_over(slot);
}

void Engine::reset(Handle handle) {
  Socket* const socket = sockets_.find(handle);
  if (socket == nullptr) return;
  end_operations(*socket);
  const std::uint32_t slot = handle.slot;
  if (socket->state == Socket::State::listening) return close_listener(slot);
  mark_closed(slot);
  drop_bytes(*socket);
  // After both FINs there is nothing left to reset (tcp_disconnect), unless ours is still to leave.
  const bool has_sent_all = socket->has_ended && sockets_[socket->peer].unsent == 0;
  const bool is_over = socket->has_reset || (socket->has_fin && has_sent_all);
  if (!is_over) send_reset(slot);
  release_if_over(slot);
}

/// Both FINs have arrived: no connection is left (TCP_CLOSE), only what can still be read.
bool Engine::both_have_ended(const Socket& socket) const {
  return socket.has_fin && sockets_[socket.peer].has_fin;
}

int Engine::shutdown_write(Handle handle) {
  Socket* const socket = sockets_.find(handle);
  if (socket == nullptr) return -EBADF;
  if (socket->state != Socket::State::connected || socket->has_reset) return -ENOTCONN;
  if (both_have_ended(*socket)) return -ENOTCONN;
  if (socket->writing != nullptr) {  // tcp_poll: a side that has ended never waits to write
    sockets_[socket->peer].writer_waits = false;
    complete(*std::exchange(socket->writing, nullptr), -EPIPE);
  }
  if (!socket->has_ended) end_writing(handle.slot);
  return 0;
}

void Engine::close_listener(std::uint32_t slot) {
  const std::uint32_t id = sockets_[slot].listener;
  Listener& listener = listeners_[id];
  while (listener.length > 0) abort_queued(listener);
  --hosts_[listener.host].listeners;
  listeners_.close(id);  // handshakes that are under way find it closed
  mark_closed(slot);
  release_if_over(slot);
}

/// The first in the accept queue will never be accepted.
void Engine::abort_queued(Listener& listener) {
  const std::uint32_t slot = leave_queue(listener);
  send_reset(slot);
  abandon(sockets_[slot]);
  drop_bytes(sockets_[slot]);
  release_if_over(slot);
}

void Engine::end_operations(Socket& socket) {
  for (std::size_t i = held_operations_.size(); i-- > 0;) {
    if (sockets_.find(held_operations_[i]->on) == &socket) cancel(*held_operations_[i]);
  }
  if (socket.reading != nullptr) cancel(*socket.reading);
  if (socket.writing != nullptr) cancel(*socket.writing);
}

void Engine::mark_closed(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  note(EventKind::close, sockets_.number(slot));
  ++socket.generation;
  abandon(socket);
  count_descriptor(socket.host, -1);
}

/// A FIN follows what was written.
void Engine::end_writing(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  Socket& peer = sockets_[socket.peer];
  socket.has_ended = true;
  if (peer.unsent > 0) {
    peer.ends_after_unsent = true;
  } else {
    send_fin(socket.peer);
  }
}

void Engine::send_fin(std::uint32_t to_slot) {
  Socket& to = sockets_[to_slot];
  Socket& from = sockets_[to.peer];
  to.ends_after_unsent = false;
  if (!from.has_fin) from.closed_first = true;
  note(EventKind::shutdown, sockets_.number(to.peer));
  send_signal(from, to, to_slot, Arrival::fin);
}

void Engine::land_fin(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  if (faults_ != nullptr && flow_to(slot).is_gone) [[unlikely]]
    return send_reset(slot);
  if (socket.has_reset) return;
  if (is_gone(socket)) return land_on_nobody(slot);
  note(EventKind::end_of_stream, sockets_.number(slot));
  socket.has_fin = true;
  socket.since = clock_;
  if (socket.reading != nullptr) complete(*std::exchange(socket.reading, nullptr), 0);
}

/// What waits for the window is never sent; what is in flight arrives before the reset.
void Engine::send_reset(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  Socket& peer = sockets_[socket.peer];
  socket.has_reset = true;
  socket.has_ended = true;
  peer.unsent = 0;
  peer.ends_after_unsent = false;
  send_signal(socket, peer, socket.peer, Arrival::rst);
}

void Engine::land_rst(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  if (socket.state == Socket::State::connecting) {
    note(EventKind::reset, sockets_.number(slot));
    return fail_connect(slot, ECONNREFUSED);
  }
  if (socket.peer != kNoSlot) sockets_[socket.peer].unsent = 0;
  socket.unsent = 0;  // nobody is left who would send it
  if (socket.has_reset) return;
  note(EventKind::reset, sockets_.number(slot));
  socket.has_reset = true;
  if (socket.state == Socket::State::handshaking) {  // it never gets to be accepted
    listeners_.end_handshake(socket.listener);
    abandon(socket);
    drop_bytes(socket);
  }
  if (socket.state == Socket::State::closed) return;
  // tcp_reset(): EPIPE when the peer had already ended its stream and we had not.
  break_stream(slot, socket.has_fin && !socket.has_ended ? EPIPE : ECONNRESET);
}

/// Nothing can be sent any more, and whoever calls next, or waits, hears of `error`.
void Engine::break_stream(std::uint32_t slot, std::uint8_t error) {
  Socket& socket = sockets_[slot];
  socket.error = error;
  socket.has_reset = true;
  socket.has_ended = true;
  if (socket.reading != nullptr) {
    complete(*std::exchange(socket.reading, nullptr),
             -std::exchange(socket.error, std::uint8_t{0}));
  }
  if (socket.writing != nullptr) {
    const int reported = socket.error != 0 ? std::exchange(socket.error, std::uint8_t{0}) : EPIPE;
    sockets_[socket.peer].writer_waits = false;
    complete(*std::exchange(socket.writing, nullptr), -reported);
  }
}

/// Segments that are on their way keep counting, without their bytes.
void Engine::drop_bytes(Socket& socket) {
  socket.bytes.clear(blocks_);
  socket.arrived = 0;
}

void Engine::release_if_over(std::uint32_t slot) {
  const auto is_over = [](const Socket& socket) {
    return socket.state == Socket::State::closed && socket.events == 0 && socket.in_flight == 0;
  };
  if (!is_over(sockets_[slot])) return;
  const std::uint32_t peer = sockets_[slot].peer;
  if (peer != kNoSlot && !is_over(sockets_[peer])) return;
  release(slot);
  if (peer != kNoSlot) release(peer);
}

void Engine::release(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  socket.peer = kNoSlot;
  if (socket.owns_ports) {
    if (socket.closed_first && socket.has_fin && !socket.has_reset) {
      return keep_in_time_wait(slot);
    }
    give_ports_back(slot);
  }
  sockets_.release(slot);
}

}  // namespace rill::simnet
