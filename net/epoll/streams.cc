// recv, send and sendfile of the epoll backend.
//
// What is remembered of a socket (descriptor_table.h) saves the futile call, so it must never claim
// "empty" or "full" without an edge to come that says otherwise:
// - EAGAIN is proof in both directions (epoll(7), "edge-triggered").
// - A recv of fewer bytes than asked for is proof that a stream is empty (epoll(7), Q9), unless its
//   end has come, or it stopped at urgent data (tcp(7)); the kernel says both in the event.
// - A short send is no proof that we rely on: it is rare, so one more call costs nothing.
#include "net/posix/streams.h"

#include "net/epoll/epoll_backend.h"

namespace rill {

[[gnu::always_inline]] inline void EpollBackend::receive(Descriptor& socket, RecvOp& op) {
  const auto [result, is_short] = receive_now(socket, op);
  if (result == -EAGAIN) [[unlikely]] {
    socket.can_read = false;
    return wait_for_edge(socket, op.on, socket.reading, op, EPOLLIN);
  }
  if (is_short && !socket.short_read_is_no_proof) {
    // Without a registration there would be no edge. Then the next call finds out.
    socket.can_read = !socket.is_registered;
  }
  complete(op, result);
}

void EpollBackend::start_receive(Descriptor& socket, RecvOp& op) {
  if (op.size_bytes == 0) return complete(op, 0);
  if (socket.can_read) return receive(socket, op);
  if (socket.is_registered) [[likely]]
    return park(socket.reading, op);
  wait_for_edge(socket, op.on, socket.reading, op, EPOLLIN);
}

inline void EpollBackend::transmit(Descriptor& socket, Op& op) {
  const std::int64_t result = send_now(socket, op);
  if (result != -EAGAIN) [[likely]]
    return complete(op, result);
  socket.can_write = false;
  wait_for_edge(socket, op.on, socket.writing, op, EPOLLOUT);
}

void EpollBackend::submit(Op& op) {
  switch (op.kind) {
    case OpKind::send:
    case OpKind::send_file:
      if (Descriptor* const socket = connection_of(op)) {
        // Of nothing: it never waits, but an error is told.
        if (socket->can_write || size_bytes_of(op) == 0) return transmit(*socket, op);
        wait_for_edge(*socket, op.on, socket->writing, op, EPOLLOUT);
      }
      return;
    case OpKind::recv:
      if (Descriptor* const socket = connection_of(op)) {
        start_receive(*socket, static_cast<RecvOp&>(op));
      }
      return;
    default:
      return submit_other(op);
  }
}

[[gnu::always_inline]] inline void EpollBackend::hear(Descriptor& socket, std::uint32_t events) {
  if ((events & (kOver | EPOLLPRI)) != 0) socket.short_read_is_no_proof = true;
  if ((events & (kOver | EPOLLIN)) != 0) {
    socket.can_read = true;
    if (socket.reading != nullptr) receive(socket, static_cast<RecvOp&>(unpark(socket.reading)));
  }
  if ((events & (EPOLLHUP | EPOLLERR | EPOLLOUT)) != 0) {
    socket.can_write = true;
    if (socket.writing != nullptr) [[unlikely]]
      transmit(socket, unpark(socket.writing));
  }
}

void EpollBackend::on_stream_event(Descriptor& socket, Handle /*handle*/, std::uint32_t events) {
  hear(socket, events);
}

void EpollBackend::turn(Duration limit) {
  if (untold_.empty()) untold_ = poller_.wait(limit);
  received_bytes_ = 0;
  while (!untold_.empty() && received_bytes_ < kMostBytesATurn) {
    const epoll_event event = untold_.front();
    untold_ = untold_.subspan(1);
    const Handle handle = DescriptorTable::to_handle(event.data.u64);
    Descriptor* const found = table_.find(handle);
    if (found != nullptr && found->kind == Kind::connection) [[likely]] {
      hear(*found, event.events);
    } else {
      on_event(handle, event.events);
    }
  }
}

}  // namespace rill
