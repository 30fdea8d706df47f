// recv and send, tried once: what net/epoll and net/uring compile into their own functions.
//
// Inline, because few calls between the loop and the kernel are worth more than small functions
// here: in the kernel a processor forgets where our functions return to, and most of our code
// leaves the nearest cache. (Echo of 64 bytes on epoll: 286 ns in the program before, of them 100
// in the system calls; 231 ns so.) What is rare is apart, in streams.cc.
#pragma once

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>

#include "net/posix/posix_backend.h"
#include "net/posix/receive_into.h"

namespace rill {

/// Half the work of append() where `text` is empty, unless it has the room already: then no
/// allocation, which who reads on and on into one string relies on.
inline void append_received(std::string& text, std::string_view bytes) {
  if (text.empty() && text.capacity() < bytes.size()) {
    text = std::string(bytes);
  } else {
    text += bytes;
  }
}

/// Into the caller's memory; or into a scratch buffer and from there, once it is known how many
/// bytes came, into the string; or straight into the string, where that is worth it.
[[gnu::always_inline]] inline PosixBackend::Received PosixBackend::receive_now(Descriptor& socket,
                                                                               RecvOp& op) {
  std::byte* to = op.data;
  std::size_t asked = op.size_bytes;
  if (to == nullptr) {
    if (socket.room_kib > 0 && op.text->empty()) return receive_in_place(socket, op);
    to = scratch_.get();
    asked = std::min(asked, kScratchBytes);
  }
  const std::int64_t result = receive_at(to, asked, socket.fd, syscalls_);
  if (result <= 0) return {result, false};
  const auto got = static_cast<std::size_t>(result);
  received_bytes_ += got;
  if (to != op.data) {
    append_received(*op.text, {reinterpret_cast<const char*>(to), got});
    expect_next(socket, asked, got);
  }
  return {result, got < asked};
}

[[gnu::always_inline]] inline std::int64_t PosixBackend::send_now(const Descriptor& socket,
                                                                  const Op& op) {
  if (op.kind != OpKind::send) return send_file_now(socket, static_cast<const SendFileOp&>(op));
  const auto& send = static_cast<const SendOp&>(op);
  ssize_t count = 0;
  do {
    count = syscalls_.send(socket.fd, send.data, send.size_bytes, flags_of(send));
  } while (count < 0 && errno == EINTR);
  return count >= 0 ? count : -errno;
}

}  // namespace rill
