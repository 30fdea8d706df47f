// Lesson 7, a good answer: send the rest until there is none.
#include "lessons/L07_short_writes/short_writes.h"

using namespace rill;

Task<> send_all(Connection& connection, std::string_view data) {
  while (!data.empty()) {
    const Sent sent = co_await connection.send(data);
    data.remove_prefix(sent.bytes);
  }
}
