// recv(2), and recv(2) straight into a string, without clearing its memory before and without a
// copy after.
//
// What std::string makes of that is C++23 (resize_and_overwrite), so this is a piece of its own,
// compiled as such; whoever calls it need not be.
#pragma once

#include <cerrno>
#include <cstdint>
#include <string>

#include "net/posix/syscalls.h"

namespace rill {

/// recv(2), and again after a signal: up to `most_bytes` bytes from `fd` to `to`. How many, or
/// -errno.
inline std::int64_t receive_at(void* to, std::size_t most_bytes, int fd, const Syscalls& syscalls) {
  ssize_t count = 0;
  do {
    count = syscalls.recv(fd, to, most_bytes, 0);
  } while (count < 0 && errno == EINTR);
  return count >= 0 ? count : -errno;
}

/// Up to `most_bytes` bytes from `fd` into `text`, which is empty. How many, or -errno; when none
/// came, `text` holds no memory.
std::int64_t receive_into(std::string& text, std::size_t most_bytes, int fd,
                          const Syscalls& syscalls);

}  // namespace rill
