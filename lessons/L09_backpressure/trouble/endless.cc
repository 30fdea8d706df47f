// Trouble: a loop that never waits.
#include "lessons/L09_backpressure/backpressure.h"

using namespace rill;

namespace {

/// Sends to a member what waits for it. A connection that breaks is noticed by the reader too.
Task<> deliver(Member& member) {
  try {
    for (;;) {
      const std::string line = co_await member.mail.take();
      co_await member.connection.sendall(line);
    }
  } catch (const NetError&) {
  }
}

}  // namespace

Task<> serve_member(Room& room, Connection connection) {
  Presence presence(room, std::move(connection));
  Member& me = presence.member();
  Group tasks;
  tasks.spawn(deliver, std::ref(me));
  for (;;) {
    const std::string line = co_await me.connection.readline();
    if (line.empty()) co_return;
    for (volatile std::size_t left = line.size(); left > 0;) left = line.size();
  }
}
