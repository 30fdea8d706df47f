// Wrong: it counts only the last send, so from the third on it sends from the wrong place.
#include "lessons/L07_short_writes/short_writes.h"

using namespace rill;

Task<> send_all(Connection& connection, std::string_view data) {
  std::size_t sent_bytes = 0;
  std::size_t left = data.size();
  while (left > 0) {
    const Sent sent = co_await connection.send(data.substr(sent_bytes, left));
    sent_bytes = sent.bytes;  // not +=
    left -= sent.bytes;
  }
}
