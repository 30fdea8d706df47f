// Trouble: a loop that never waits.
#include "lessons/L08_framing/framing.h"

using namespace rill;

Task<std::optional<std::string>> readline(Connection& connection, std::string& buffer,
                                          std::size_t most_bytes) {
  buffer = co_await connection.recv(kReadBytes);
  std::size_t searched = 0;
  while (buffer.find('\n', most_bytes) == buffer.npos) ++searched;
  co_return buffer.substr(0, searched);
}
