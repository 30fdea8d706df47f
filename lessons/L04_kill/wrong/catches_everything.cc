// Wrong: it tidies up at the end and in catch (...), but a kill is no exception.
#include "lessons/L04_kill/kill.h"

using namespace rill;

Task<> serve_guest(Room& room, std::string name, Connection connection) {
  Connection& guest = room.emplace(name, std::move(connection)).first->second;
  try {
    for (;;) {
      const std::string data = co_await guest.recv(1024);
      if (data.empty()) break;
      co_await guest.sendall(data);
    }
  } catch (...) {
    room.erase(name);
    throw;
  }
  room.erase(name);
}
