// Wrong: it swallows the error, and its caller believes that all was sent.
#include "lessons/L07_short_writes/short_writes.h"

using namespace rill;

Task<> send_all(Connection& connection, std::string_view data) {
  while (!data.empty()) {
    try {
      const Sent sent = co_await connection.send(data);
      data.remove_prefix(sent.bytes);
    } catch (const NetError&) {
      co_return;
    }
  }
}
