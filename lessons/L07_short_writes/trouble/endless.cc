// Trouble: a loop that never waits.
#include "lessons/L07_short_writes/short_writes.h"

using namespace rill;

Task<> send_all(Connection& connection, std::string_view data) {
  co_await connection.send(data);
  volatile std::size_t left = data.size();
  while (left > 0) left = data.size();
}
