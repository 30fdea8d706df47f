// Wrong: it takes the bytes for a text of C, which ends with a zero.
#include "lessons/L07_short_writes/short_writes.h"
using namespace rill;
Task<> send_all(Connection& connection, std::string_view data) {
  const char* p = data.data();
  while (*p != 0 && p < data.data() + data.size()) {
    const Sent sent = co_await connection.send(p);
    p += sent.bytes;
  }
}
