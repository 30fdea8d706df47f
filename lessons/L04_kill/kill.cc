// Lesson 4, kill: a guest leaves the room, whatever happens to the task that serves him.
//
// This one tidies up after itself, if it gets that far.
#include "lessons/L04_kill/kill.h"

using namespace rill;

Task<> serve_guest(Room& room, std::string name, Connection connection) {
  Connection& guest = room.emplace(name, std::move(connection)).first->second;
  for (;;) {
    const std::string data = co_await guest.recv(1024);
    if (data.empty()) break;
    co_await guest.sendall(data);
  }
  // TODO: who does this when the task is killed at one of the awaits above?
  room.erase(name);
}
