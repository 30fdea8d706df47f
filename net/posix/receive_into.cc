// See receive_into.h.
#include "net/posix/receive_into.h"

namespace rill {

std::int64_t receive_into(std::string& text, std::size_t most_bytes, int fd,
                          const Syscalls& syscalls) {
  std::int64_t result = 0;
  // The second argument may be more than was asked for (libstdc++ 12).
  text.resize_and_overwrite(most_bytes, [&](char* to, std::size_t) {
    result = receive_at(to, most_bytes, fd, syscalls);
    return result > 0 ? static_cast<std::size_t>(result) : 0;
  });
  if (result <= 0) std::string().swap(text);
  return result;
}

}  // namespace rill
