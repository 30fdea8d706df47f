// The rarer ways to receive and send. See streams.h.
#include "net/posix/streams.h"

#include "net/posix/no_sigpipe.h"

namespace rill {

/// Where large messages come one after the other, a guess by the last one saves the copy: the
/// string gets room for it, and the kernel writes there.
PosixBackend::Received PosixBackend::receive_in_place(Descriptor& socket, RecvOp& op) {
  const std::size_t asked = std::min(op.size_bytes, std::size_t{socket.room_kib} << 10);
  const std::int64_t result = receive_into(*op.text, asked, socket.fd, syscalls_);
  if (result <= 0) return {result, false};
  const auto got = static_cast<std::size_t>(result);
  // Whoever keeps the string should not keep more than twice what came.
  if (got < asked / 2) op.text->shrink_to_fit();
  received_bytes_ += got;
  expect_next(socket, asked, got);
  return {result, got < asked};
}

std::int64_t PosixBackend::send_file_now(const Descriptor& socket, const SendFileOp& op) {
  ssize_t count = 0;
  do {
    auto offset = static_cast<off_t>(op.offset);
    NoSigpipe guard;  // sendfile(2) has no MSG_NOSIGNAL
    count = syscalls_.sendfile(socket.fd, op.fd, &offset, op.size_bytes);
    // Also when some bytes went out before the pipe broke: then the signal is there, and no error.
    if (count < 0 ? errno == EPIPE : static_cast<std::size_t>(count) < op.size_bytes) {
      guard.swallow();
    }
  } while (count < 0 && errno == EINTR);
  return count >= 0 ? count : -errno;
}

}  // namespace rill
