// recv, send and sendfile of the io_uring backend.
#include "net/posix/streams.h"

#include <sys/socket.h>

#include "net/uring/uring_backend.h"

namespace rill {
namespace {

/// Hands `bytes` to `op`, as many as it asks for; how many that is.
std::size_t deliver(RecvOp& op, std::string_view bytes) {
  const std::string_view taken = bytes.substr(0, op.size_bytes);
  if (op.data != nullptr) {
    taken.copy(reinterpret_cast<char*>(op.data), taken.size());
  } else {
    append_received(*op.text, taken);
  }
  return taken.size();
}

}  // namespace

void UringBackend::submit(Op& op) {
  switch (op.kind) {
    case OpKind::recv:
      if (Descriptor* const socket = connection_of(op)) {
        start_receive(*socket, static_cast<RecvOp&>(op));
      }
      return;
    case OpKind::send:
    case OpKind::send_file:
      if (Descriptor* const socket = connection_of(op)) start_transmit(*socket, op);
      return;
    default:
      return submit_other(op);
  }
}

// ---- receiving ---------------------------------------------------------------------------------

void UringBackend::start_receive(Descriptor& socket, RecvOp& op) {
  if (op.size_bytes == 0) return complete(op, 0);
  Requests& requests = requests_of(op.on);
  if (requests.unread != nullptr) return take_unread(requests, op);
  if (requests.error != 0) return complete(op, -std::exchange(requests.error, 0));
  if (requests.is_receiving || (requests.is_watching && !socket.can_read)) {
    return park(socket.reading, op);
  }
  // Not at once: whose peer is quick would find something each time, and never wait for its turn.
  if (socket.room_kib > 0 && !requests.is_watching) return wait_for_bytes(socket, op);
  receive(socket, op);
}

void UringBackend::take_unread(Requests& requests, RecvOp& op) {
  Unread& unread = *requests.unread;
  const std::size_t left = unread.bytes().size();
  std::size_t taken = left;
  if (op.data == nullptr && op.text->empty() && left <= op.size_bytes && unread.is_untouched()) {
    *op.text = unread.give_up();
  } else {
    taken = deliver(op, unread.bytes());
    unread.take(taken);
  }
  if (taken == left) requests.unread.reset();  // idle connections hold no memory
  complete(op, static_cast<std::int64_t>(taken));
}

void UringBackend::receive(Descriptor& socket, RecvOp& op) {
  const auto [result, is_short] = receive_now(socket, op);
  if (result == -EAGAIN) return wait_for_bytes(socket, op);
  // As in net/epoll: the watch tells of what comes from now on.
  if (is_short && !socket.short_read_is_no_proof && requests_of(op.on).is_watching) {
    socket.can_read = false;
    doubt(op.on);
  }
  complete(op, result);
}

/// Of urgent data a watch cannot tell (on_watched()), at whose mark a recv stops, however much is
/// behind it. To ask the kernel after each recv takes 0.27 us, 4 % of an echo of 16 KiB, and urgent
/// data is hardly known today. So all from which was received in a while are asked at its end.
void UringBackend::doubt(Handle handle) {
  Requests& requests = requests_of(handle);
  if (requests.is_in_doubt) return;
  requests.is_in_doubt = true;
  if (doubts_.empty()) doubts_end_ = now() + kDoubt;
  doubts_.push_back(handle);
}

void UringBackend::end_doubts() {
  if (doubts_.empty() || now() < doubts_end_) return;
  for (const Handle handle : std::exchange(doubts_, {})) {
    Descriptor* const socket = table_.find(handle);
    if (socket == nullptr) continue;
    requests_of(handle).is_in_doubt = false;
    if (socket->can_read || ::sockatmark(socket->fd) == 0) continue;
    socket->can_read = true;
    if (socket->reading != nullptr) receive(*socket, static_cast<RecvOp&>(unpark(socket->reading)));
  }
}

/// Those that are there already are told of, too.
void UringBackend::wait_for_bytes(Descriptor& socket, RecvOp& op) {
  socket.can_read = false;
  park(socket.reading, op);
  Requests& requests = requests_of(op.on);
  if (requests.is_watching) return;
  if (socket.room_kib > 0) {
    io_uring_sqe& request = ring_.prepare(to_word(op.on, What::watch));
    io_uring_prep_poll_multishot(&request, socket.fd, EPOLLIN | EPOLLRDHUP);
    requests.is_watching = true;
  } else {
    io_uring_sqe& request = ring_.prepare(to_word(op.on, What::receive));
    io_uring_prep_recv_multishot(&request, socket.fd, nullptr, 0, 0);
    request.ioprio |= IORING_RECVSEND_POLL_FIRST;  // there is nothing now
    request.flags |= IOSQE_BUFFER_SELECT;
    request.buf_group = ReceiveBuffers::kGroup;
    requests.is_receiving = true;
  }
}

void UringBackend::on_received(Handle handle, std::int32_t result, std::uint32_t flags) {
  Descriptor* const socket = table_.find(handle);
  const bool has_buffer = (flags & IORING_CQE_F_BUFFER) != 0;
  const unsigned buffer = ReceiveBuffers::number_of(flags);
  if (socket == nullptr) {
    if (has_buffer) buffers_.give_back(buffer);
    return;
  }
  Requests& requests = requests_of(handle);
  if ((flags & IORING_CQE_F_MORE) == 0) requests.is_receiving = requests.is_stopping = false;
  if (result > 0) {
    received_bytes_ += static_cast<std::size_t>(result);
    on_bytes(*socket, requests, handle, {buffers_.at(buffer), static_cast<std::size_t>(result)});
  }
  if (has_buffer) buffers_.give_back(buffer);
  if (result > 0) return;
  const bool is_verdict = result != -ENOBUFS && result != -ECANCELED && result != -EINTR &&
                          result != -EAGAIN && result != -ENOMEM;
  if (!is_verdict && requests.is_leaving) return;
  if (socket->reading != nullptr) {
    auto& op = static_cast<RecvOp&>(unpark(socket->reading));
    if (is_verdict) return complete(op, result);
    receive(*socket, op);
  } else if (is_verdict && result < 0) {
    requests.error = -result;
  }
}

void UringBackend::on_bytes(Descriptor& socket, Requests& requests, Handle handle,
                            std::string_view bytes) {
  if (socket.reading != nullptr) {
    auto& op = static_cast<RecvOp&>(unpark(socket.reading));
    const std::size_t taken = deliver(op, bytes);
    if (op.data == nullptr) expect_next(socket, ReceiveBuffers::kSizeBytes, bytes.size());
    complete(op, static_cast<std::int64_t>(taken));
    bytes.remove_prefix(taken);
    if (socket.room_kib > 0) stop_receiving(requests, handle);  // and watch it instead
  }
  if (bytes.empty()) return;
  if (requests.unread == nullptr) requests.unread = std::make_unique<Unread>();
  requests.unread->append(bytes);
  if (requests.unread->bytes().size() >= kMostUnreadBytes) stop_receiving(requests, handle);
}

void UringBackend::stop_receiving(Requests& requests, Handle handle) {
  if (!requests.is_receiving || requests.is_stopping) return;
  requests.is_stopping = true;
  request_cancel(handle, What::receive);
}

// ---- sending -----------------------------------------------------------------------------------

void UringBackend::start_transmit(Descriptor& socket, Op& op) {
  Requests& requests = requests_of(op.on);
  if (requests.error != 0) return complete(op, -std::exchange(requests.error, 0));
  transmit(socket, op);
}

void UringBackend::transmit(Descriptor& socket, Op& op) {
  const bool is_file = op.kind == OpKind::send_file;  // io_uring has no sendfile
  if (is_file || (socket.can_write && size_bytes_of(op) >= kLeastSentAtOnceBytes)) {
    const std::int64_t result = send_now(socket, op);
    socket.can_write = result != -EAGAIN;
    if (result == -EPIPE) take_completions();  // the receive's word on it may be in the ring
    if (result != -EAGAIN) return complete_send(op, result);
    if (is_file) return wait_for_edge(socket, op.on, socket.writing, op, EPOLLOUT);
  }
  const auto& send = static_cast<const SendOp&>(op);
  io_uring_sqe& request = ring_.prepare(to_word(op.on, What::send));
  io_uring_prep_send(&request, socket.fd, send.data, send.size_bytes, flags_of(send));
  requests_of(op.on).is_sending = true;
  park(socket.writing, op);
}

void UringBackend::on_sent(Handle handle, std::int32_t result) {
  Descriptor* const socket = table_.find(handle);
  if (socket == nullptr || socket->writing == nullptr) return;
  Requests& requests = requests_of(handle);
  requests.is_sending = false;
  socket->can_write = result > 0;  // a cancelled one proves nothing, and the next asks the kernel
  Op& op = unpark(socket->writing);
  if (result == -EINTR && !requests.is_leaving) return transmit(*socket, op);
  complete_send(op, result);
}

/// A broken pipe has a reason, which the receive was told, and nobody was there to hear it.
void UringBackend::complete_send(Op& op, std::int64_t result) {
  if (result == -EPIPE) {
    Requests& requests = requests_of(op.on);
    if (requests.error != 0) result = -std::exchange(requests.error, 0);
  }
  complete(op, result);
}

/// Of a watch, or of the poll of a sendfile. A recv or send may also wait for a request of its own.
void UringBackend::on_stream_event(Descriptor& socket, Handle handle, std::uint32_t events) {
  if ((events & (kOver | EPOLLPRI)) != 0) socket.short_read_is_no_proof = true;
  if ((events & (kOver | EPOLLIN)) != 0 && !requests_of(handle).is_receiving) {
    socket.can_read = true;
    if (socket.reading != nullptr) receive(socket, static_cast<RecvOp&>(unpark(socket.reading)));
  }
  if (socket.writing != nullptr && !requests_of(handle).is_sending) {
    transmit(socket, unpark(socket.writing));
  }
}

}  // namespace rill
