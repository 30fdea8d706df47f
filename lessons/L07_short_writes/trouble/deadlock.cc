// Trouble: it waits for something that nobody will do.
#include "lessons/L07_short_writes/short_writes.h"

using namespace rill;

Task<> send_all(Connection& connection, std::string_view data) {
  co_await connection.send(data);
  Event taken;
  co_await taken.wait();
}
