// How bytes move: from the writer into the queue of the reader's end, in segments over the link, to
// the reader; and how a slow reader stops the writer.
//
// All bytes of a direction are in one queue, [arrived][in flight][unsent], and only the boundaries
// move; so a stream can be late, or end, but never have a hole. What the kernel does with ACKs
// costs no event as long as nobody waits for it: a writer that is not blocked learns at once that
// bytes have arrived, one that is blocked half a round trip later. Slow start is not simulated.
#include <algorithm>
#include <cerrno>

#include "simnet/engine.h"

namespace rill::simnet {

void Engine::start_recv(RecvOp& op) {
  Socket* const socket = sockets_.find(op.on);
  if (socket == nullptr) return complete(op, -EBADF);
  if (socket->state != Socket::State::connected) return complete(op, -ENOTCONN);
  if (op.size_bytes == 0) return complete(op, 0);
  if (socket->arrived > 0) return give(*socket, op.on.slot, op);
  if (socket->has_fin) return complete(op, 0);  // even after a reset: tcp_recvmsg, SOCK_DONE
  if (socket->error != 0) return complete(op, -std::exchange(socket->error, std::uint8_t{0}));
  if (socket->has_reset) return complete(op, 0);
  socket->reading = &op;
}

/// Hands over what has arrived, at least one byte.
void Engine::give(Socket& socket, std::uint32_t slot, RecvOp& op) {
  auto size_bytes =
      static_cast<std::uint32_t>(std::min<std::size_t>(socket.arrived, op.size_bytes));
  if (faults_ != nullptr) [[unlikely]]
    size_bytes = shortened(Fault::short_read, slot, size_bytes);
  const char* text;
  if (op.data != nullptr) {
    text = reinterpret_cast<const char*>(op.data);
    std::byte* to = op.data;
    socket.bytes.take(blocks_, size_bytes, [&to](const std::byte* from, std::size_t part) {
      std::memcpy(to, from, part);
      to += part;
    });
  } else {
    socket.bytes.take(blocks_, size_bytes, [&op](const std::byte* from, std::size_t part) {
      op.text->append(reinterpret_cast<const char*>(from), part);
    });
    text = op.text->data() + op.text->size() - size_bytes;
  }
  socket.arrived -= size_bytes;
  // The content is in the fingerprint since it was sent: what arrives follows from that.
  if (context_->trace.enabled()) {
    context_->trace.record(EventKind::recv, SocketTable::number(slot, socket), size_bytes,
                           {text, size_bytes});
  }
  if (socket.unsent > 0 && !socket.window_on_its_way) [[unlikely]] {
    // The window is advertised again once it is worth it (RFC 9293, 3.8.6.2.2).
    const std::uint32_t used = socket.arrived + socket.in_flight;
    const std::uint32_t worth_it =
        std::min(socket.receive_buffer_bytes / 2, links_[socket.link].options->segment_bytes);
    if (used + worth_it <= socket.receive_buffer_bytes) {
      socket.window_on_its_way = true;
      if (faults_ == nullptr || !withholds_window(socket, slot)) [[likely]] {
        ++socket.events;
        events_.push(Event(arrival(socket.link, 0), Arrival::window, slot));
      }
    }
  }
  complete(op, size_bytes);
}

void Engine::start_send(SendOp& op) {
  Socket* const socket = sockets_.find(op.on);
  if (socket == nullptr) return complete(op, -EBADF);
  if (socket->error != 0) return complete(op, -std::exchange(socket->error, std::uint8_t{0}));
  if (socket->state != Socket::State::connected || socket->has_ended) return complete(op, -EPIPE);
  if (op.size_bytes == 0) return complete(op, 0);
  take(*socket, op.on.slot, op);
}

/// Takes what fits into the send buffer; if nothing does, the writer waits.
void Engine::take(Socket& socket, std::uint32_t slot, SendOp& op) {
  Socket& peer = sockets_[socket.peer];
  const std::uint32_t used = peer.unsent + peer.in_flight + peer.unacknowledged;
  if (used >= socket.send_buffer_bytes) {
    socket.writing = &op;
    peer.writer_waits = true;
    return;
  }
  auto size_bytes = static_cast<std::uint32_t>(
      std::min<std::size_t>(socket.send_buffer_bytes - used, op.size_bytes));
  if (faults_ != nullptr) [[unlikely]]
    size_bytes = shortened(Fault::short_write, socket.peer, size_bytes);
  if (context_->trace.enabled()) {
    context_->trace.record_bytes(EventKind::send, SocketTable::number(slot, socket),
                                 {reinterpret_cast<const char*>(op.data), size_bytes});
  }
  const bool was_blocked = peer.unsent > 0;
  if (peer.state != Socket::State::closed) peer.bytes.append(blocks_, op.data, size_bytes);
  peer.unsent += size_bytes;
  if (!was_blocked) transmit(peer, socket.peer, socket.link);
  complete(op, size_bytes);
}

/// Puts on the link what the window lets out.
void Engine::transmit(Socket& reader, std::uint32_t slot, std::uint32_t link_number) {
  while (reader.unsent > 0) {
    Link& link = links_[link_number];  // again each time: a fault may look at another for the first
    const std::uint32_t used = reader.arrived + reader.in_flight;
    if (used >= reader.receive_buffer_bytes) return;  // the reader's next recv opens the window
    const std::uint32_t room = std::min(link.options->segment_bytes,  //
                                        reader.receive_buffer_bytes - used);
    std::uint32_t size_bytes = std::min(reader.unsent, room);
    if (faults_ != nullptr) [[unlikely]] {
      size_bytes = bounded_segment(slot, size_bytes);
      if (size_bytes == 0) return;  // a reset is on its way
    }
    if (context_->trace.enabled()) {
      const std::string_view text = context_->trace.wants_segments()
                                        ? text_in_flight(reader, size_bytes)
                                        : std::string_view();
      context_->trace.record(EventKind::segment, SocketTable::number(slot, reader), size_bytes,
                             text);
    }
    reader.unsent -= size_bytes;
    reader.in_flight += size_bytes;
    if (faults_ != nullptr) [[unlikely]] {
      ship(slot, Arrival::segment, size_bytes);
      continue;
    }
    const Instant at = Links::arrival(link, size_bytes, clock_, *context_);
    if (reader.last_arrival < at) reader.last_arrival = at;
    events_.push(Event(reader.last_arrival, Arrival::segment, slot, size_bytes));
  }
  if (reader.ends_after_unsent) send_fin(slot);
}

void Engine::land_segment(Socket& reader, std::uint32_t slot, std::uint32_t size_bytes) {
  reader.in_flight -= size_bytes;
  if (faults_ != nullptr && flow_to(slot).is_gone) [[unlikely]] {
    detail(EventKind::dropped, SocketTable::number(slot, reader), size_bytes);
    send_reset(slot);
    return release_if_over(slot);
  }
  if (reader.state == Socket::State::closed) [[unlikely]] {
    detail(EventKind::dropped, SocketTable::number(slot, reader), size_bytes);
    if (lives_.is_down(reader.host)) reader.unacknowledged += size_bytes;
    land_on_nobody(slot);
    return release_if_over(slot);
  }
  note(EventKind::deliver, SocketTable::number(slot, reader), size_bytes);
  reader.arrived += size_bytes;
  if (faults_ != nullptr && withholds_ack(reader, slot, size_bytes)) [[unlikely]] {
    // the writer learns of it when it sends again
  } else if (reader.writer_waits) [[unlikely]] {
    reader.unacknowledged += size_bytes;
    ++reader.events;
    events_.push(Event(arrival(reader.link, 0), Arrival::acknowledged, slot, size_bytes));
  }
  if (reader.reading == nullptr) return;
  // What lands together is read together.
  const Event* const next = events_.peek();
  if (next != nullptr && next->target == slot && next->kind() == Arrival::segment) return;
  give(reader, slot, static_cast<RecvOp&>(*std::exchange(reader.reading, nullptr)));
}

void Engine::land_acknowledged(std::uint32_t slot, std::uint32_t size_bytes) {
  Socket& reader = sockets_[slot];
  reader.unacknowledged -= size_bytes;
  if (!reader.writer_waits) return;
  Socket& writer = sockets_[reader.peer];
  // sk_stream_write_space: a writer is woken when a third of its buffer is free.
  const std::uint64_t used = reader.unsent + reader.in_flight + reader.unacknowledged;
  if (3 * used > 2 * std::uint64_t{writer.send_buffer_bytes}) return;
  reader.writer_waits = false;
  take(writer, reader.peer, static_cast<SendOp&>(*std::exchange(writer.writing, nullptr)));
}

void Engine::land_window(std::uint32_t slot) {
  Socket& reader = sockets_[slot];
  reader.window_on_its_way = false;
  transmit(reader, slot, sockets_[reader.peer].link);
}

/// For sinks: the bytes of the segment that leaves now.
std::string_view Engine::text_in_flight(const Socket& reader, std::uint32_t size_bytes) {
  if (reader.state == Socket::State::closed) return {};  // dropped as soon as they were written
  text_.clear();
  reader.bytes.look(reader.arrived + reader.in_flight, size_bytes,
                    [this](const std::byte* from, std::size_t part) {
                      text_.append(reinterpret_cast<const char*>(from), part);
                    });
  return text_;
}

}  // namespace rill::simnet
