// Trouble: it waits for something that nobody will do.
#include "lessons/L08_framing/framing.h"

using namespace rill;

Task<std::optional<std::string>> readline(Connection& connection, std::string& buffer,
                                          std::size_t most_bytes) {
  static_cast<void>(most_bytes);
  buffer = co_await connection.recv(kReadBytes);
  Event more;
  co_await more.wait();
  co_return buffer;
}
