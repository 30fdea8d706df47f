// Wrong: it gives way before the object that tidies up is made, and may be killed just then.
#include "lessons/L04_kill/kill.h"

using namespace rill;

namespace {

struct Leaves {
  Room& room;
  std::string name;
  ~Leaves() { room.erase(name); }
};

}  // namespace

Task<> serve_guest(Room& room, std::string name, Connection connection) {
  Connection& guest = room.emplace(name, std::move(connection)).first->second;
  co_await null();  // let the others see him come
  const Leaves at_the_end{room, name};
  for (;;) {
    const std::string data = co_await guest.recv(1024);
    if (data.empty()) co_return;
    co_await guest.sendall(data);
  }
}
