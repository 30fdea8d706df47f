// Wrong: it sends the rest once more, as if the second send took all.
#include "lessons/L07_short_writes/short_writes.h"

using namespace rill;

Task<> send_all(Connection& connection, std::string_view data) {
  if (data.empty()) co_return;
  const Sent sent = co_await connection.send(data);
  if (sent.bytes < data.size()) {
    data.remove_prefix(sent.bytes);
    co_await connection.send(data);
  }
}
