// A host that crashes: what becomes of its sockets, and what its peers notice of it.
//
// The sockets are gone without a word. What others send meets silence while the host is down: they
// send it again, less and less often, and give up with ETIMEDOUT. Once the host is up again it
// knows nothing of the connection, and answers with a reset. So the record of a socket that is gone
// stays, `closed` and without an end of its stream, for as long as its peer lives.
#include <algorithm>
#include <cerrno>

#include "simnet/engine.h"
#include "simnet/retransmission.h"

namespace rill::simnet {

void Engine::cut_power(HostId host) {
  // Listeners first: their queues are chained through sockets.
  for (std::uint32_t slot = 0; slot < sockets_.slots(); ++slot) {
    const Socket& socket = sockets_[slot];
    if (socket.host == host && socket.state == Socket::State::listening) drop_listener(slot);
  }
  for (std::uint32_t slot = 0; slot < sockets_.slots(); ++slot) {
    if (sockets_[slot].host == host) vanish(slot);
  }
  std::erase_if(pending_signals_, [&](const PendingSignal& one) { return one.host == host; });
}

void Engine::drop_listener(std::uint32_t slot) {
  const std::uint32_t id = sockets_[slot].listener;
  end_operations(sockets_[slot]);
  Listener& listener = listeners_[id];
  for (std::uint32_t queued = listener.first; listener.length > 0; --listener.length) {
    queued = std::exchange(sockets_[queued].next, kNoSlot);
  }
  --hosts_[listener.host].listeners;
  listeners_.close(id);
  mark_closed(slot);
  release_if_over(slot);
}

/// One end is gone, and its peer does not know. What it sent so far arrives.
void Engine::vanish(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  switch (socket.state) {
    case Socket::State::unused:
    case Socket::State::listening:
      return;
    case Socket::State::time_wait:
      if (socket.owns_ports) give_ports_back(slot);
      return;
    case Socket::State::connecting:
      return cancel(*socket.writing);
    case Socket::State::handshaking:
      listeners_.end_handshake(socket.listener);
      abandon(socket);
      break;
    case Socket::State::connected:
      end_operations(socket);
      socket.is_open() ? mark_closed(slot) : abandon(socket);
      break;
    case Socket::State::closed:
      break;
  }
  drop_bytes(socket);
  if (socket.owns_ports) give_ports_back(slot);
  if (socket.peer != kNoSlot) {
    Socket& peer = sockets_[socket.peer];
    peer.unsent = 0;
    if (peer.ends_after_unsent) socket.has_ended = false;  // and now it never will
    peer.ends_after_unsent = false;
    if (faults_ != nullptr) forget_lost(socket.peer);
    // A writer that waits for the window asks for it again and again (RFC 9293, 3.8.6.1).
    if (socket.unsent > 0) lose(slot);
  }
  release_if_over(slot);
}

bool Engine::is_gone(const Socket& socket) const {
  return socket.state == Socket::State::closed && lives_.has_crashed(socket.host) &&
         (!socket.has_ended || lives_.is_down(socket.host));
}

/// Something has arrived for a socket that is gone.
void Engine::land_on_nobody(std::uint32_t slot) {
  if (lives_.is_down(sockets_[slot].host)) {
    lose(slot);
  } else if (!sockets_[slot].has_reset) {
    send_reset(slot);
  }
}

/// What was sent to a socket that is gone gets no answer: the sender will try again.
void Engine::lose(std::uint32_t slot) {
  if (sockets_[slot].attempts == 0 && is_missed(sockets_[slot])) retry_later(slot);
}

/// Whether anybody is left at the other end who would learn something.
bool Engine::is_missed(const Socket& gone) const {
  if (gone.peer == kNoSlot) return false;
  const Socket& sender = sockets_[gone.peer];
  return sender.state == Socket::State::connected && !sender.has_reset;
}

void Engine::retry_later(std::uint32_t slot) {
  Socket& gone = sockets_[slot];
  const Instant at = clock_ + retransmission_timeout(gone.attempts);
  ++gone.attempts;
  ++gone.events;
  events_.push(Event(at, Arrival::retry_silence, slot));
}

void Engine::retry_silence(std::uint32_t slot) {
  Socket& gone = sockets_[slot];
  const bool was_last = gone.attempts > kMostAttempts;
  if (is_missed(gone) && lives_.is_down(gone.host) && !was_last) return retry_later(slot);
  if (!is_missed(gone)) return;
  if (was_last) {
    gone.unsent = 0;
    note(EventKind::reset, sockets_.number(gone.peer), ETIMEDOUT);
    break_stream(gone.peer, ETIMEDOUT);
  } else {
    land_on_nobody(slot);
  }
}

}  // namespace rill::simnet
