// recv, send, sendfile and connect of the epoll backend.
//
// What is remembered of a socket (descriptor_table.h) saves the futile call, so it must never claim
// "empty" or "full" without an edge to come that says otherwise:
// - EAGAIN is proof in both directions (epoll(7), "edge-triggered").
// - A recv of fewer bytes than asked for is proof that a stream is empty (epoll(7), Q9), unless its
//   end has come, or it stopped at urgent data (tcp(7)); the kernel says both in the event.
// - A short send is no proof that we rely on: it is rare, so one more call costs nothing.
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>

#include "net/epoll/epoll_backend.h"
#include "net/epoll/no_sigpipe.h"
#include "net/epoll/socket_address.h"

namespace rill {
namespace {

// The most that a recv without a buffer of its own takes at once. As much as a socket holds by
// default before the receive window closes (tcp(7), tcp_rmem: 128 KiB, half of it payload).
constexpr std::size_t kScratchBytes = std::size_t{64} << 10;

constexpr std::uint32_t kOver = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

std::size_t size_bytes_of(const Op& op) {
  return op.kind == OpKind::send ? static_cast<const SendOp&>(op).size_bytes
                                 : static_cast<const SendFileOp&>(op).size_bytes;
}

}  // namespace

void EpollBackend::start_receive(Descriptor& socket, RecvOp& op) {
  if (op.size_bytes == 0) return complete(op, 0);
  if (socket.can_read) return receive(socket, op);
  wait_for_edge(socket, op.on, socket.reading, op);
}

void EpollBackend::receive(Descriptor& socket, RecvOp& op) {
  std::byte* to = op.data;
  std::size_t most_bytes = op.size_bytes;
  if (to == nullptr) {
    if (scratch_ == nullptr) scratch_.reset(new std::byte[kScratchBytes]);
    to = scratch_.get();
    most_bytes = std::min(most_bytes, kScratchBytes);
  }
  ssize_t count = 0;
  do {
    count = syscalls_.recv(socket.fd, to, most_bytes, 0);
  } while (count < 0 && errno == EINTR);
  if (count < 0) [[unlikely]] {
    const int error = errno;
    if (error != EAGAIN) return complete(op, -error);
    socket.can_read = false;
    return wait_for_edge(socket, op.on, socket.reading, op);
  }
  const auto received = static_cast<std::size_t>(count);
  if (received > 0 && received < most_bytes && !socket.short_read_is_no_proof) {
    // Without a registration there would be no edge. Then the next call finds out.
    socket.can_read = !socket.is_registered;
  }
  if (op.data == nullptr) op.text->append(reinterpret_cast<const char*>(to), received);
  complete(op, count);
}

void EpollBackend::start_transmit(Descriptor& socket, Op& op) {
  if (size_bytes_of(op) == 0) return complete(op, 0);
  if (socket.can_write) return transmit(socket, op);
  wait_for_edge(socket, op.on, socket.writing, op);
}

/// One system call: some of what `op`, a SendOp or SendFileOp, has to send.
ssize_t EpollBackend::give(int fd, Op& op) {
  if (op.kind == OpKind::send) {
    const auto& send = static_cast<const SendOp&>(op);
    return syscalls_.send(fd, send.data, send.size_bytes,
                          MSG_NOSIGNAL | (send.more_follows ? MSG_MORE : 0));
  }
  const auto& file = static_cast<const SendFileOp&>(op);
  auto offset = static_cast<off_t>(file.offset);
  NoSigpipe guard;  // sendfile(2) has no MSG_NOSIGNAL
  const ssize_t count = syscalls_.sendfile(fd, file.fd, &offset, file.size_bytes);
  if (count < 0 && errno == EPIPE) guard.swallow();
  return count;
}

void EpollBackend::transmit(Descriptor& socket, Op& op) {
  ssize_t count = 0;
  do {
    count = give(socket.fd, op);
  } while (count < 0 && errno == EINTR);
  if (count >= 0) [[likely]]
    return complete(op, count);
  const int error = errno;
  if (error != EAGAIN) return complete(op, -error);
  socket.can_write = false;
  wait_for_edge(socket, op.on, socket.writing, op);
}

void EpollBackend::on_stream_event(Descriptor& socket, std::uint32_t events) {
  if ((events & (kOver | EPOLLPRI)) != 0) socket.short_read_is_no_proof = true;
  if ((events & (kOver | EPOLLIN)) != 0) {
    socket.can_read = true;
    if (socket.reading != nullptr) receive(socket, static_cast<RecvOp&>(unpark(socket.reading)));
  }
  if ((events & (EPOLLHUP | EPOLLERR | EPOLLOUT)) != 0) {
    socket.can_write = true;
    if (socket.writing != nullptr) transmit(socket, unpark(socket.writing));
  }
}

void EpollBackend::start_connect(ConnectOp& op) {
  if (op.to.family == Address::Family::none) return complete(op, -EAFNOSUPPORT);
  SocketAddress to(op.to);
  const int fd =
      syscalls_.socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return complete(op, -errno);
  const int on = 1;  // small messages go out at once; programs that want to gather do it themselves
  syscalls_.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const Handle handle = table_.add(fd, Kind::connecting);
  if (syscalls_.connect(fd, to.get(), to.size_bytes) == 0) return end_connect(op, handle);
  const int error = errno;
  if (error != EINPROGRESS && error != EINTR) {  // EINTR: it goes on by itself (connect(2))
    complete(op, -error);
    return shut(handle);
  }
  op.backend_word = DescriptorTable::to_word(handle);
  Descriptor& socket = *table_.find(handle);
  wait_for_edge(socket, handle, socket.writing, op);
  if (op.state == Op::State::completed) shut(handle);
}

void EpollBackend::finish_connect(Descriptor& socket, Handle handle, std::uint32_t events) {
  // A quick peer may have sent and closed already; that edge does not come again.
  if ((events & (kOver | EPOLLPRI)) != 0) socket.short_read_is_no_proof = true;
  auto& op = static_cast<ConnectOp&>(unpark(socket.writing));
  int error = 0;
  socklen_t size_bytes = sizeof error;
  if (syscalls_.getsockopt(socket.fd, SOL_SOCKET, SO_ERROR, &error, &size_bytes) != 0) {
    error = errno;
  }
  if (error == 0) return end_connect(op, handle);
  complete(op, -error);
  shut(handle);
}

void EpollBackend::end_connect(ConnectOp& op, Handle handle) {
  // A connect to a local port where nobody listens, from that very port by chance, meets itself
  // (simultaneous open, RFC 9293 3.5) and would succeed. Nobody means that.
  if (local_address(handle) == op.to) {
    complete(op, -ECONNREFUSED);
    return shut(handle);
  }
  table_.find(handle)->kind = Kind::connection;
  op.connected = handle;
  complete(op, 0);
}

}  // namespace rill
