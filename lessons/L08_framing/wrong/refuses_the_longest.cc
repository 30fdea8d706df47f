// Wrong: it counts the end of a line, or half of it, among the bytes of the line.
#include "lessons/L08_framing/framing.h"

using namespace rill;

Task<std::optional<std::string>> readline(Connection& connection, std::string& buffer,
                                          std::size_t most_bytes) {
  for (;;) {
    const std::size_t end = buffer.find('\n');
    if (end != buffer.npos) {
      std::string line = buffer.substr(0, end);
      buffer.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      if (line.size() > most_bytes) throw LineTooLong(to_string(connection.peer()), most_bytes);
      co_return line;
    }
    if (buffer.size() > most_bytes) throw LineTooLong(to_string(connection.peer()), most_bytes);
    const std::string chunk = co_await connection.recv(kReadBytes);
    if (chunk.empty()) break;
    buffer += chunk;
  }
  if (buffer.empty()) co_return std::nullopt;
  co_return std::exchange(buffer, {});
}
