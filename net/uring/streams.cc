// recv, send and sendfile of the io_uring backend.
#include "net/posix/streams.h"

#include "net/uring/uring_backend.h"

namespace rill {
namespace {

/// Hands `bytes` to `op`, as many as it asks for; how many that is.
std::size_t deliver(RecvOp& op, const char* bytes, std::size_t size_bytes) {
  const std::size_t taken = std::min(op.size_bytes, size_bytes);
  if (op.data != nullptr) {
    std::copy_n(bytes, taken, reinterpret_cast<char*>(op.data));
  } else {
    op.text->append(bytes, taken);
  }
  return taken;
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
  if (requests.is_receiving) return park(socket.reading, op);
  receive(socket, op);
}

void UringBackend::take_unread(Requests& requests, RecvOp& op) {
  std::string& unread = *requests.unread;
  std::size_t taken = unread.size();
  if (op.data == nullptr && op.text->empty() && taken <= op.size_bytes) {
    op.text->swap(unread);
  } else {
    taken = deliver(op, unread.data(), unread.size());
    unread.erase(0, taken);
  }
  if (unread.empty()) requests.unread.reset();  // idle connections hold no memory
  complete(op, static_cast<std::int64_t>(taken));
}

void UringBackend::receive(Descriptor& socket, RecvOp& op) {
  const std::int64_t result = receive_now(socket, op).result;
  if (result != -EAGAIN) return complete(op, result);
  io_uring_sqe& request = ring_.prepare(to_word(op.on, What::receive));
  io_uring_prep_recv_multishot(&request, socket.fd, nullptr, 0, 0);
  request.ioprio |= IORING_RECVSEND_POLL_FIRST;  // there is nothing now
  request.flags |= IOSQE_BUFFER_SELECT;
  request.buf_group = ReceiveBuffers::kGroup;
  requests_of(op.on).is_receiving = true;
  park(socket.reading, op);
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
    on_bytes(*socket, requests, handle, buffers_.at(buffer), static_cast<std::size_t>(result));
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
                            const char* bytes, std::size_t size_bytes) {
  std::size_t taken = 0;
  if (socket.reading != nullptr) {
    auto& op = static_cast<RecvOp&>(unpark(socket.reading));
    taken = deliver(op, bytes, size_bytes);
    complete(op, static_cast<std::int64_t>(taken));
  }
  if (taken == size_bytes) return;
  if (requests.unread == nullptr) requests.unread = std::make_unique<std::string>();
  requests.unread->append(bytes + taken, size_bytes - taken);
  if (requests.unread->size() >= kMostUnreadBytes && requests.is_receiving &&
      !requests.is_stopping) {
    requests.is_stopping = true;
    request_cancel(handle, What::receive);
  }
}

// ---- sending -----------------------------------------------------------------------------------

void UringBackend::start_transmit(Descriptor& socket, Op& op) {
  Requests& requests = requests_of(op.on);
  if (requests.error != 0) return complete(op, -std::exchange(requests.error, 0));
  transmit(socket, op);
}

void UringBackend::transmit(Descriptor& socket, Op& op) {
  if (op.kind == OpKind::send_file) {  // io_uring has no sendfile
    const std::int64_t result = send_now(socket, op);
    if (result != -EAGAIN) return complete(op, result);
    return wait_for_edge(socket, op.on, socket.writing, op, EPOLLOUT);
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
  Op& op = unpark(socket->writing);
  if (result == -EINTR && !requests.is_leaving) return transmit(*socket, op);
  // The receive was told why the stream has ended, and nobody was there to hear it.
  if (result == -EPIPE && requests.error != 0) result = -std::exchange(requests.error, 0);
  complete(op, result);
}

void UringBackend::on_stream_event(Descriptor& socket, Handle /*handle*/, std::uint32_t) {
  if (socket.writing == nullptr) return;
  transmit(socket, unpark(socket.writing));
}

}  // namespace rill
