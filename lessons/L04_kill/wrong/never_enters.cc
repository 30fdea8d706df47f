// Wrong: it serves the guest without letting him into the room.
#include "lessons/L04_kill/kill.h"

using namespace rill;

Task<> serve_guest(Room& room, std::string name, Connection connection) {
  static_cast<void>(room);
  static_cast<void>(name);
  for (;;) {
    const std::string data = co_await connection.recv(1024);
    if (data.empty()) co_return;
    co_await connection.sendall(data);
  }
}
