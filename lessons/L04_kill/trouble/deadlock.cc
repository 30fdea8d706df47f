// Trouble: it waits for something that nobody will do.
#include "lessons/L04_kill/kill.h"

using namespace rill;

Task<> serve_guest(Room& room, std::string name, Connection connection) {
  Connection& guest = room.emplace(name, std::move(connection)).first->second;
  const std::string data = co_await guest.recv(1024);
  Event leaves;
  co_await leaves.wait();
}
