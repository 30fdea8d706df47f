// How a connection comes to be: SYN, SYN-ACK, ACK, the accept queue, and all that goes wrong
// before.
//
// The client's end exists from connect() on, the server's from the SYN's arrival. As in Linux, the
// client is connected half a round trip before the server; a full accept queue (listen(2): one more
// than the backlog) makes the server ignore SYNs, and the last ACK of those that it let in. What
// the kernel then sends again, and when, is a timer here: the network is all-knowing, and sets it
// only if a packet was lost.
#include <cerrno>

#include "simnet/engine.h"

namespace rill::simnet {
namespace {

/// The server tries again after 1, 2, 4, 8, 16 and 32 s, then forgets the client: Linux's
/// tcp_synack_retries = 5, and the wait after the last.
constexpr std::uint8_t kQueueAttempts = 6;

}  // namespace

void Engine::start_connect(ConnectOp& op) {
  if (op.to.family == Address::Family::none) return complete(op, -EAFNOSUPPORT);
  if (op.host >= hosts_.size()) return complete(op, -EINVAL);
  if (!has_descriptor(op.host)) return complete(op, -EMFILE);
  end_time_waits();
  const Hosts::Place place = hosts_.find(op.to, op.host);
  const std::uint32_t slot = sockets_.take();
  Socket& client = sockets_[slot];
  client.state = Socket::State::connecting;
  client.host = op.host;
  client.peer_host = place.host;
  client.peer_port = op.to.port;
  client.kind = place.host != kNoHost                   ? place.kind
                : op.to.family == Address::Family::ipv4 ? kOwnIpv4
                                                        : kOwnIpv6;
  client.port = free_port(client);
  if (client.port == 0) {
    sockets_.release(slot);
    return complete(op, -EADDRNOTAVAIL);
  }
  take_ports(slot);
  count_descriptor(op.host, 1);
  const HostOptions& options = *hosts_[op.host].options;
  client.send_buffer_bytes = options.send_buffer_bytes;
  client.receive_buffer_bytes = options.receive_buffer_bytes;
  if (place.host != kNoHost) client.link = links_.between(op.host, place.host);
  client.since = clock_;
  client.writing = &op;
  op.backend_word = slot;
  send_syn(slot);
}

void Engine::send_syn(std::uint32_t slot) {
  Socket& client = sockets_[slot];
  ++client.attempts;
  std::string to;  // of a host that does not exist, nobody else knows
  if (context_->trace.has_recorder()) [[unlikely]] {
    to = to_string(static_cast<const ConnectOp&>(*client.writing).to);
    EventDetail asked;
    asked.more = to;
    context_->trace.set_detail(asked);
  }
  note(EventKind::connect, sockets_.number(slot), client.peer_port);
  if (client.peer_host == kNoHost) return drop_syn(slot);
  if (faults_ != nullptr && loses_syn(slot)) [[unlikely]]
    return drop_syn(slot);
  ++client.events;
  events_.push(Event(arrival(client.link, 0), Arrival::syn, slot));
}

/// After n SYNs the next is due, or the end, first_retry x (2^n - 1) after the beginning.
void Engine::drop_syn(std::uint32_t slot) {
  const Socket& client = sockets_[slot];
  const Duration first = hosts_[client.host].options->first_retry;
  const int doublings = client.attempts < 31 ? client.attempts : 31;
  set_timer(slot, client.since + first * ((std::int64_t{1} << doublings) - 1), Arrival::retry_syn);
}

void Engine::retry_syn(std::uint32_t slot) {
  const Socket& client = sockets_[slot];
  if (client.state != Socket::State::connecting) return;
  if (client.attempts > hosts_[client.host].options->connect_retries) {
    fail_connect(slot, ETIMEDOUT);
  } else {
    send_syn(slot);
  }
}

void Engine::land_syn(std::uint32_t slot) {
  Socket& client = sockets_[slot];
  if (client.state != Socket::State::connecting) return;  // given up meanwhile
  const HostId host = client.peer_host;
  const std::uint64_t spread = scatter(std::uint64_t{client.host} << 16 | client.port);
  const std::uint32_t id = listeners_.find(host, client.peer_port, client.kind, spread);
  if (id == kNoSlot && lives_.is_down(host)) return drop_syn(slot);
  const std::uint32_t back = links_.between(host, client.host);
  // Without an answer the client sends its SYN again, and is answered then.
  if (faults_ != nullptr && loses_signal(back)) [[unlikely]]
    return drop_syn(slot);
  if (id == kNoSlot || (faults_ != nullptr && is_refused(slot))) {
    note(EventKind::refuse, sockets_.number(slot), client.peer_port);
    ++client.events;
    events_.push(Event(arrival(back, 0), Arrival::rst, slot));
    return;
  }
  Listener& listener = listeners_[id];
  if (listener.length > listener.backlog) return drop_syn(slot);
  if (faults_ != nullptr && finds_queue_full(slot)) [[unlikely]]
    return drop_syn(slot);
  const std::uint32_t server_slot = sockets_.take();
  Socket& server = sockets_[server_slot];
  server.state = Socket::State::handshaking;
  server.host = host;
  server.port = client.peer_port;
  server.peer = slot;
  server.peer_host = client.host;
  server.peer_port = client.port;
  server.kind = client.kind;
  server.shows_mapped = listener.is_ipv6 && (client.kind & (kOwnIpv4 | kLoopbackIpv4)) != 0;
  server.link = back;
  const HostOptions& options = *hosts_[host].options;
  server.send_buffer_bytes = options.send_buffer_bytes;
  server.receive_buffer_bytes = options.receive_buffer_bytes;
  server.listener = id;
  ++listener.handshakes;
  client.peer = server_slot;
  send_signal(server, client, slot, Arrival::syn_ack);
}

void Engine::land_syn_ack(std::uint32_t slot) {
  Socket& client = sockets_[slot];
  if (client.state != Socket::State::connecting) {
    return lives_.is_down(client.host) ? give_up_handshake(client.peer) : send_reset(slot);
  }
  client.state = Socket::State::connected;
  auto& op = static_cast<ConnectOp&>(*client.writing);
  client.writing = nullptr;
  op.connected = open(slot);
  note(EventKind::established, sockets_.number(slot), sockets_.number(client.peer));
  send_signal(client, sockets_[client.peer], client.peer, Arrival::handshake);
  complete(op, 0);
}

void Engine::land_handshake(std::uint32_t slot) {
  Socket& server = sockets_[slot];
  if (server.state != Socket::State::handshaking) return;
  const std::uint32_t id = server.listener;
  const Listener& listener = listeners_[id];
  if (!listener.is_closed && listener.length <= listener.backlog) return queue_accepted(slot);
  if (!listener.is_closed && ++server.attempts <= kQueueAttempts) {
    const Duration wait = seconds(std::int64_t{1} << (server.attempts - 1));
    return set_timer(slot, clock_ + wait, Arrival::retry_queue);
  }
  // The client believes that it is connected. It learns better from the answer to what it sent, or
  // will send; one that only listens never does.
  if (listener.is_closed || server.arrived > 0) send_reset(slot);
  give_up_handshake(slot);
}

void Engine::give_up_handshake(std::uint32_t slot) {
  Socket& server = sockets_[slot];
  if (server.state != Socket::State::handshaking) return;
  abandon(server);
  drop_bytes(server);
  listeners_.end_handshake(server.listener);
}

void Engine::queue_accepted(std::uint32_t slot) {
  Socket& server = sockets_[slot];
  const std::uint32_t id = server.listener;
  Listener& listener = listeners_[id];
  server.state = Socket::State::connected;
  server.listener = kNoSlot;
  listeners_.end_handshake(id);
  note(EventKind::established, sockets_.number(slot), sockets_.number(server.peer));
  (listener.length == 0 ? listener.first : sockets_[listener.last].next) = slot;
  listener.last = slot;
  ++listener.length;
  Op*& waiting = sockets_[listener.socket].reading;
  if (waiting != nullptr) accept_next(id, static_cast<AcceptOp&>(*std::exchange(waiting, nullptr)));
}

void Engine::fail_connect(std::uint32_t slot, int error) {
  Socket& client = sockets_[slot];
  Op& op = *client.writing;
  client.writing = nullptr;
  abandon(client);
  count_descriptor(client.host, -1);
  note(EventKind::close, sockets_.number(slot));
  complete(op, -error);
  release_if_over(slot);
}

void Engine::start_accept(AcceptOp& op) {
  Socket* const socket = sockets_.find(op.on);
  if (socket == nullptr) return complete(op, -EBADF);
  if (socket->state != Socket::State::listening) return complete(op, -EINVAL);
  if (!has_descriptor(socket->host)) return complete(op, -EMFILE);  // it is taken first
  if (listeners_[socket->listener].length > 0) {
    accept_next(socket->listener, op);
  } else {
    socket->reading = &op;
  }
}

/// Without a descriptor for it the connection stays in the queue: accept(2), EMFILE.
void Engine::accept_next(std::uint32_t id, AcceptOp& op) {
  Listener& listener = listeners_[id];
  if (!has_descriptor(listener.host)) return complete(op, -EMFILE);
  if (faults_ != nullptr) [[unlikely]] {
    const int error = error_of_accept(listener);
    if (error == ECONNABORTED) abort_queued(listener);
    if (error != 0) return complete(op, -error);
  }
  const std::uint32_t slot = leave_queue(listener);
  count_descriptor(listener.host, 1);
  op.accepted = open(slot);
  op.peer = peer_address(op.accepted);
  note(EventKind::accept, sockets_.number(slot), sockets_.number(listener.socket));
  complete(op, 0);
}

/// The first in the accept queue, taken out.
std::uint32_t Engine::leave_queue(Listener& listener) {
  const std::uint32_t slot = listener.first;
  listener.first = std::exchange(sockets_[slot].next, kNoSlot);
  --listener.length;
  return slot;
}

Handle Engine::open(std::uint32_t slot) {
  Socket& socket = sockets_[slot];
  ++socket.generation;
  return {slot, socket.generation};
}

bool Engine::has_descriptor(HostId host) const {
  return hosts_[host].descriptors < hosts_[host].options->most_descriptors;
}

void Engine::count_descriptor(HostId host, int change) {
  hosts_[host].descriptors += static_cast<std::uint32_t>(change);
  open_sockets_ += static_cast<std::size_t>(change);
}

}  // namespace rill::simnet
