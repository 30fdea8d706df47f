// One slow client keeps everybody waiting: the server reads the greeting in the loop that accepts,
// so nobody is accepted until the slow one has spoken.
// People write it because the greeting is short, and spawning for it seems too much.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<> greet(Connection client) {
  const std::optional<std::string> name = co_await timeout(60_s, client.readline());
  if (name) co_await client.sendall("welcome " + *name);
}

Task<> welcome_all(Event& is_open, bool is_right) {
  Listener listener("", 7);
  is_open.set();
  Group clients;
  for (;;) {
    Connection client = co_await listener.accept();
    if (is_right) {
      clients.spawn(greet(std::move(client)));
    } else {
      co_await greet(std::move(client));  // wrong: and the next one?
    }
  }
}

Task<> come(Simulation& sim, Duration thinks, Variant variant) {
  Connection server = co_await connect("server", 7);
  co_await edited(sim, variant);
  co_await sleep(thinks);
  const Instant spoke = now();
  co_await server.sendall("guest\n");
  co_await server.readline();
  sim.require(now() - spoke < 20_s, "who speaks is welcomed soon");
}

}  // namespace

Task<> one_slow_client(Simulation& sim, Variant variant) {
  auto& is_open = sim.make<Event>();
  spawn_on(sim.host("server"), welcome_all, std::ref(is_open), variant.is_right);
  co_await is_open.wait();
  const HostId street = sim.host("street");
  for (int i = 0; i < 3; ++i) {
    const int thinks_s = sim.draw("thinks for seconds", rc::gen::inRange(0, 59));
    spawn_on(street, come, std::ref(sim), seconds(thinks_s), variant);
  }
}

}  // namespace rill::planted
