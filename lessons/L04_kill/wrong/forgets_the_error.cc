// Wrong: it tidies up only when the guest ends his side himself.
#include "lessons/L04_kill/kill.h"

using namespace rill;

namespace {

Task<bool> answer(Connection& guest) {
  const std::string data = co_await guest.recv(1024);
  if (data.empty()) co_return false;
  co_await guest.sendall(data);
  co_return true;
}

}  // namespace

Task<> serve_guest(Room& room, std::string name, Connection connection) {
  Connection& guest = room.emplace(name, std::move(connection)).first->second;
  bool goes_on = true;
  while (goes_on) goes_on = co_await answer(guest);
  room.erase(name);
}
