// Trouble: it writes through a null pointer.
#include "lessons/L04_kill/kill.h"

using namespace rill;

Task<> serve_guest(Room& room, std::string name, Connection connection) {
  Connection& guest = room.emplace(name, std::move(connection)).first->second;
  const std::string data = co_await guest.recv(1024);
  std::size_t* volatile nowhere = nullptr;
  *nowhere = data.size();
}
