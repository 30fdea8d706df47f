// Trouble: it writes through a null pointer.
#include "lessons/L08_framing/framing.h"

using namespace rill;

Task<std::optional<std::string>> readline(Connection& connection, std::string& buffer,
                                          std::size_t most_bytes) {
  buffer = co_await connection.recv(kReadBytes);
  std::size_t* volatile nowhere = nullptr;
  *nowhere = most_bytes;
  co_return buffer;
}
