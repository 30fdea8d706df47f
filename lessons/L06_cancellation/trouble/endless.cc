// Trouble: a loop that never waits.
#include "lessons/L06_cancellation/cancellation.h"

using namespace rill;

Task<int> converse(Connection& connection, std::vector<std::string> commands, Event& stop) {
  co_await connection.sendall("QUIT\r\n");
  volatile std::size_t left = commands.size();
  while (left <= commands.size()) left = 0;
  co_return stop.is_set() ? 1 : 0;
}
