// Wrong: its loop ends one byte early, unless that went along with others.
#include "lessons/L07_short_writes/short_writes.h"
using namespace rill;
Task<> send_all(Connection& connection, std::string_view data) {
  std::size_t done = 0;
  while (done + 1 < data.size()) {
    const Sent sent = co_await connection.send(data.substr(done));
    done += sent.bytes;
  }
}
