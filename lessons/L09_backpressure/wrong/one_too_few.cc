// Wrong: it throws out whoever has one line less waiting than may wait.
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
    for (Member& other : room.members) {
      if (&other == &me) continue;
      if (other.mail.size() + 1 >= kMostWaiting) {
        other.connection.reset();
      } else {
        other.mail.put(line);
      }
    }
  }
}
