// recv, send and sendfile, tried once: what the real-socket backends share of them.
#include <algorithm>
#include <cerrno>

#include "net/posix/no_sigpipe.h"
#include "net/posix/posix_backend.h"
#include "net/posix/receive_into.h"

namespace rill {
namespace {

// The most that a recv without a buffer of its own takes at once. As much as a socket holds by
// default before the receive window closes (tcp(7), tcp_rmem: 128 KiB, half of it payload).
constexpr std::size_t kScratchBytes = std::size_t{64} << 10;

// From here on a copy costs more than the rest of a recv in the program.
constexpr std::size_t kLeastDirectBytes = std::size_t{4} << 10;

/// Room for as much as came now, and a little more: a recv that fills its room proves nothing, and
/// costs another call that finds the socket empty.
std::uint8_t room_after(std::size_t asked_bytes, std::size_t got_bytes) {
  if (got_bytes < kLeastDirectBytes) return 0;
  const std::size_t next = got_bytes == asked_bytes ? 2 * got_bytes : got_bytes + got_bytes / 8;
  return static_cast<std::uint8_t>((std::min(next, kScratchBytes) + 1023) / 1024);
}

}  // namespace

/// Into the caller's memory; or into a scratch buffer and from there, once it is known how many
/// bytes came, into the string. Where large messages come one after the other, a guess by the last
/// one saves the copy: the string gets room for it, and the kernel writes there.
PosixBackend::Received PosixBackend::receive_now(Descriptor& socket, RecvOp& op) {
  std::size_t asked = op.size_bytes;
  std::int64_t result = 0;
  if (op.data != nullptr) {
    result = receive_at(op.data, asked, socket.fd, syscalls_);
  } else if (socket.room_kib > 0 && op.text->empty()) {
    asked = std::min(asked, std::size_t{socket.room_kib} << 10);
    result = receive_into(*op.text, asked, socket.fd, syscalls_);
    // Whoever keeps the string should not keep more than twice what came.
    if (result > 0 && static_cast<std::size_t>(result) < asked / 2) op.text->shrink_to_fit();
  } else {
    asked = std::min(asked, kScratchBytes);
    if (scratch_ == nullptr) scratch_.reset(new std::byte[kScratchBytes]);
    result = receive_at(scratch_.get(), asked, socket.fd, syscalls_);
    if (result > 0) {
      op.text->append(reinterpret_cast<const char*>(scratch_.get()),
                      static_cast<std::size_t>(result));
    }
  }
  if (result <= 0) return {result, false};
  const auto got = static_cast<std::size_t>(result);
  received_bytes_ += got;
  if (op.data == nullptr) socket.room_kib = room_after(asked, got);
  return {result, got < asked};
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
