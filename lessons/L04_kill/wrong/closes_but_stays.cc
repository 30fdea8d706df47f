// Wrong: it closes the connection, and leaves the guest in the room.
#include "lessons/L04_kill/kill.h"

using namespace rill;

namespace {

struct Closes {
  Connection& guest;
  ~Closes() { guest.close(); }
};

}  // namespace

Task<> serve_guest(Room& room, std::string name, Connection connection) {
  Connection& guest = room.emplace(name, std::move(connection)).first->second;
  const Closes at_the_end{guest};
  for (;;) {
    const std::string data = co_await guest.recv(1024);
    if (data.empty()) co_return;
    co_await guest.sendall(data);
  }
}
