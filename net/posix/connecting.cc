// connect of the real-socket backends.
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>

#include "net/posix/posix_backend.h"
#include "net/posix/socket_address.h"

namespace rill {

void PosixBackend::start_connect(ConnectOp& op) {
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
  wait_for_edge(socket, handle, socket.writing, op, EPOLLOUT);
  if (op.state == Op::State::completed) shut(handle);
}

void PosixBackend::finish_connect(Descriptor& socket, Handle handle, std::uint32_t events) {
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

void PosixBackend::end_connect(ConnectOp& op, Handle handle) {
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
