// Lesson 8, a good answer: look in the buffer, and receive only when there is no line in it.
#include "lessons/L08_framing/framing.h"

using namespace rill;

namespace {

std::string without_return(std::string line) {
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace

Task<std::optional<std::string>> readline(Connection& connection, std::string& buffer,
                                          std::size_t most_bytes) {
  for (;;) {
    const std::size_t end = buffer.find('\n');
    if (end != buffer.npos) {
      std::string line = without_return(buffer.substr(0, end));
      buffer.erase(0, end + 1);
      if (line.size() > most_bytes) throw LineTooLong(to_string(connection.peer()), most_bytes);
      co_return line;
    }
    // One more may be the '\r' of a line that is just short enough.
    const bool may_end = buffer.size() == most_bytes + 1 && buffer.ends_with('\r');
    if (buffer.size() > most_bytes && !may_end)
      throw LineTooLong(to_string(connection.peer()), most_bytes);
    const std::string chunk = co_await connection.recv(kReadBytes);
    if (chunk.empty()) break;
    buffer += chunk;
  }
  if (buffer.empty()) co_return std::nullopt;
  if (buffer.size() > most_bytes) throw LineTooLong(to_string(connection.peer()), most_bytes);
  co_return std::exchange(buffer, {});
}
