// Trouble: it writes through a null pointer.
#include "lessons/L07_short_writes/short_writes.h"

using namespace rill;

Task<> send_all(Connection& connection, std::string_view data) {
  co_await connection.send(data);
  std::size_t* volatile nowhere = nullptr;
  *nowhere = data.size();
}
