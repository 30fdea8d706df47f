// Lesson 4, a good answer: the destructor of a local object takes the guest out.
#include "lessons/L04_kill/kill.h"

using namespace rill;

namespace {

/// In the room as long as this lives.
class Presence {
 public:
  Presence(Room& room, std::string name, Connection connection)
      : room_(room), place_(room.emplace(std::move(name), std::move(connection)).first) {}
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;
  ~Presence() { room_.erase(place_); }
  Connection& connection() { return place_->second; }

 private:
  Room& room_;
  Room::iterator place_;
};

}  // namespace

Task<> serve_guest(Room& room, std::string name, Connection connection) {
  Presence guest(room, std::move(name), std::move(connection));
  for (;;) {
    const std::string data = co_await guest.connection().recv(1024);
    if (data.empty()) co_return;
    co_await guest.connection().sendall(data);
  }
}
