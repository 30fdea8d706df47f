// Wrong: it knows "\r\n" only when both arrive in one chunk.
#include "lessons/L08_framing/framing.h"

using namespace rill;

Task<std::optional<std::string>> readline(Connection& connection, std::string& buffer,
                                          std::size_t most_bytes) {
  for (;;) {
    const std::size_t end = buffer.find('\n');
    if (end != buffer.npos) {
      const std::string line = buffer.substr(0, end);
      buffer.erase(0, end + 1);
      if (line.size() > most_bytes) throw LineTooLong(to_string(connection.peer()), most_bytes);
      co_return line;
    }
    if (buffer.size() > most_bytes) throw LineTooLong(to_string(connection.peer()), most_bytes);
    std::string chunk = co_await connection.recv(kReadBytes);
    if (chunk.empty()) break;
    for (std::size_t at = chunk.find("\r\n"); at != chunk.npos; at = chunk.find("\r\n", at)) {
      chunk.erase(at, 1);
    }
    buffer += chunk;
  }
  if (buffer.empty()) co_return std::nullopt;
  co_return std::exchange(buffer, {});
}
