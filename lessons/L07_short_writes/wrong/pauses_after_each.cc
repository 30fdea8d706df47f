// Wrong: it sleeps after each send, though send itself waits for room.
#include "lessons/L07_short_writes/short_writes.h"
using namespace rill;
Task<> send_all(Connection& connection, std::string_view data) {
  while (!data.empty()) {
    const Sent sent = co_await connection.send(data);
    data.remove_prefix(sent.bytes);
    co_await sleep(milliseconds(1));
  }
}
