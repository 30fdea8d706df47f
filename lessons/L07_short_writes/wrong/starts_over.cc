// Wrong: it sends everything again, not the rest.
#include "lessons/L07_short_writes/short_writes.h"

using namespace rill;

Task<> send_all(Connection& connection, std::string_view data) {
  std::size_t total = 0;
  while (total < data.size()) {
    const Sent sent = co_await connection.send(data);
    total += sent.bytes;
  }
}
