// Trouble: it waits for something that nobody will do.
#include "lessons/L06_cancellation/cancellation.h"

using namespace rill;

Task<int> converse(Connection& connection, std::vector<std::string> commands, Event& stop) {
  co_await connection.sendall("QUIT\r\n");
  Event answered;
  co_await answered.wait();
  co_return stop.is_set() ? 1 : 0;
}
