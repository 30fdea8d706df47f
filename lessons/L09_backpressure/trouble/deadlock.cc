// Trouble: it waits for something that nobody will do.
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
    Event others_have_read;
    co_await others_have_read.wait();
  }
}
