// An old timer ends a new session: the user has logged out and in again, and the expiry of the
// first session takes the second for it.
// People write it because the timer knows the user's name, and there is one session for each.
#include <map>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

constexpr Duration kLifetime = seconds(1);

struct Sessions {
  std::map<std::string, int> of_user;  // a new number for each login
  int logins = 0;
};

Task<> expire(Sessions& sessions, std::string user, int number, bool is_right) {
  co_await sleep(kLifetime);
  const auto found = sessions.of_user.find(user);
  if (found == sessions.of_user.end()) co_return;
  if (is_right && found->second != number) co_return;
  sessions.of_user.erase(found);  // wrong unless it is the one that this timer was set for
}

Task<> use(Simulation& sim, Sessions& sessions, Duration stays, Variant variant) {
  const std::string user = "ann";
  const int number = ++sessions.logins;
  sessions.of_user[user] = number;
  spawn(expire, std::ref(sessions), user, number, variant.is_right);
  co_await sleep(stays);
  co_await edited(sim, variant);
  const bool is_alive = sessions.of_user.contains(user);
  sim.require(is_alive, "a session lasts as long as it should");
  sessions.of_user.erase(user);
}

}  // namespace

Task<> old_timer(Simulation& sim, Variant variant) {
  auto& sessions = sim.make<Sessions>();
  for (int i = 0; i < 3; ++i) {
    co_await use(sim, sessions, milliseconds(sim.draw("stays", rc::gen::inRange(1, 500))), variant);
    co_await sleep(milliseconds(sim.draw("is away", rc::gen::inRange(1, 2'000))));
  }
}

}  // namespace rill::planted
