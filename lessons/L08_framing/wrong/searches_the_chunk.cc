// Wrong: it searches the chunk, not the buffer.
#include "lessons/L08_framing/framing.h"

using namespace rill;

Task<std::optional<std::string>> readline(Connection& connection, std::string& buffer,
                                          std::size_t most_bytes) {
  for (;;) {
    const std::string chunk = co_await connection.recv(kReadBytes);
    if (chunk.empty()) {
      if (buffer.empty()) co_return std::nullopt;
      co_return std::exchange(buffer, {});
    }
    const std::size_t end = chunk.find('\n');  // what waits in the buffer is not looked at
    if (end == chunk.npos) {
      buffer += chunk;
      if (buffer.size() > most_bytes) throw LineTooLong(to_string(connection.peer()), most_bytes);
      continue;
    }
    std::string line = buffer + chunk.substr(0, end);
    buffer = chunk.substr(end + 1);
    if (line.ends_with('\r')) line.pop_back();
    if (line.size() > most_bytes) throw LineTooLong(to_string(connection.peer()), most_bytes);
    co_return line;
  }
}
