// recv, send and sendfile, tried once: what the real-socket backends share of them.
#include <algorithm>
#include <cerrno>

#include "net/posix/no_sigpipe.h"
#include "net/posix/posix_backend.h"

namespace rill {
namespace {

// The most that a recv without a buffer of its own takes at once. As much as a socket holds by
// default before the receive window closes (tcp(7), tcp_rmem: 128 KiB, half of it payload).
constexpr std::size_t kScratchBytes = std::size_t{64} << 10;

}  // namespace

std::size_t PosixBackend::most_bytes_of(const RecvOp& op) {
  return op.data != nullptr ? op.size_bytes : std::min(op.size_bytes, kScratchBytes);
}

std::int64_t PosixBackend::receive_now(const Descriptor& socket, RecvOp& op) {
  std::byte* to = op.data;
  if (to == nullptr) {
    if (scratch_ == nullptr) scratch_.reset(new std::byte[kScratchBytes]);
    to = scratch_.get();
  }
  ssize_t count = 0;
  do {
    count = syscalls_.recv(socket.fd, to, most_bytes_of(op), 0);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return -errno;
  if (op.data == nullptr) {
    op.text->append(reinterpret_cast<const char*>(to), static_cast<std::size_t>(count));
  }
  return count;
}

std::size_t PosixBackend::size_bytes_of(const Op& op) {
  return op.kind == OpKind::send ? static_cast<const SendOp&>(op).size_bytes
                                 : static_cast<const SendFileOp&>(op).size_bytes;
}

std::int64_t PosixBackend::send_now(const Descriptor& socket, const Op& op) {
  ssize_t count = 0;
  do {
    if (op.kind == OpKind::send) {
      const auto& send = static_cast<const SendOp&>(op);
      count = syscalls_.send(socket.fd, send.data, send.size_bytes, flags_of(send));
    } else {
      const auto& file = static_cast<const SendFileOp&>(op);
      auto offset = static_cast<off_t>(file.offset);
      NoSigpipe guard;  // sendfile(2) has no MSG_NOSIGNAL
      count = syscalls_.sendfile(socket.fd, file.fd, &offset, file.size_bytes);
      // Also when some bytes went out before the pipe broke: then the signal is there, and no
      // error.
      if (count < 0 ? errno == EPIPE : static_cast<std::size_t>(count) < file.size_bytes) {
        guard.swallow();
      }
    }
  } while (count < 0 && errno == EINTR);
  return count >= 0 ? count : -errno;
}

}  // namespace rill
