// Lesson 7, short writes: send_all() on top of send().
//
// This one believes that send() takes what it is given. On your machine it nearly always does:
// until the receiver is slow and the buffers are full.
#include "lessons/L07_short_writes/short_writes.h"

using namespace rill;

Task<> send_all(Connection& connection, std::string_view data) {
  // TODO: send() says how many bytes it has taken. It may be fewer than all.
  co_await connection.send(data);
}
