// Trouble: it writes through a null pointer.
#include "lessons/L06_cancellation/cancellation.h"

using namespace rill;

Task<int> converse(Connection& connection, std::vector<std::string> commands, Event& stop) {
  co_await connection.sendall("QUIT\r\n");
  std::size_t* volatile nowhere = nullptr;
  *nowhere = commands.size();
  co_return stop.is_set() ? 1 : 0;
}
