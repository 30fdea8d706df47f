// Wrong: it sends byte by byte, which is a call to the kernel for each.
#include "lessons/L07_short_writes/short_writes.h"

using namespace rill;

Task<> send_all(Connection& connection, std::string_view data) {
  for (std::size_t i = 0; i < data.size(); ++i) {
    co_await connection.send(data.substr(i, 1));
  }
}
