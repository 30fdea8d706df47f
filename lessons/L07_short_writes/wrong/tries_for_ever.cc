// Wrong: it tries again after an error that no repetition can mend.
#include "lessons/L07_short_writes/short_writes.h"

using namespace rill;

Task<> send_all(Connection& connection, std::string_view data) {
  while (!data.empty()) {
    try {
      const Sent sent = co_await connection.send(data);
      data.remove_prefix(sent.bytes);
    } catch (const NetError&) {
      // perhaps it works next time
    }
  }
}
