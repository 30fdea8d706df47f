// Wrong: it puts every guest into the room under the same name.
#include "lessons/L04_kill/kill.h"

using namespace rill;

namespace {

struct Leaves {
  Room& room;
  ~Leaves() { room.erase("guest"); }
};

}  // namespace

Task<> serve_guest(Room& room, std::string name, Connection connection) {
  static_cast<void>(name);
  const bool is_new = room.emplace("guest", std::move(connection)).second;
  if (!is_new) co_return;  // strange: he was here already
  const Leaves at_the_end{room};
  Connection& guest = room.at("guest");
  for (;;) {
    const std::string data = co_await guest.recv(1024);
    if (data.empty()) co_return;
    co_await guest.sendall(data);
  }
}
