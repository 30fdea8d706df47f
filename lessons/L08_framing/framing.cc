// Lesson 8, framing: readline(), so that nobody who calls it ever notices how the network cuts.
//
// This one believes that what it receives is a line. Often enough that is so.
#include "lessons/L08_framing/framing.h"

using namespace rill;

Task<std::optional<std::string>> readline(Connection& connection, std::string& buffer,
                                          std::size_t most_bytes) {
  // TODO: a line may arrive in pieces, and several lines at once. framing.h says what must hold.
  const std::string chunk = co_await connection.recv(kReadBytes);
  if (chunk.empty()) co_return std::nullopt;
  co_return chunk.substr(0, chunk.find('\n'));
}
