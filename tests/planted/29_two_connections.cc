// Order between two connections: the data went out first, so it is there when the command is read.
// Each connection keeps its order; between two there is none.
// People write it because control and data channel start at the same machine and end at the same.
#include <set>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Store {
  std::set<std::string> files;
  Event has_changed;
  bool has_missed = false;
};

Task<> take_data(Connection client, Store& store) {
  const std::string name = co_await client.readline();
  store.files.insert(name);
  store.has_changed.set();
}

Task<> take_commands(Connection client, Store& store, bool is_right) {
  const std::string name = co_await client.readline();
  if (name.empty()) co_return;
  while (is_right && !store.files.contains(name)) {
    store.has_changed.clear();
    co_await store.has_changed.wait();
  }
  store.has_missed = !store.files.contains(name);  // wrong: it may still be on its way
  co_await client.sendall("published\n");
}

Task<> publish(Simulation& sim, Variant variant) {
  Connection data = co_await connect("server", 20);
  Connection control = co_await connect("server", 21);
  co_await data.sendall("picture\n");
  co_await edited(sim, variant);
  co_await control.sendall("picture\n");
  co_await control.readline();
}

}  // namespace

Task<> two_connections(Simulation& sim, Variant variant) {
  auto& store = sim.make<Store>();
  sim.always("what is published is there", [&store] { return !store.has_missed; });
  const HostId host = sim.host("server");
  co_await serve(sim, host, 20,
                 [&store](Connection client) { return take_data(std::move(client), store); });
  co_await serve(sim, host, 21, [&store, right = variant.is_right](Connection client) {
    return take_commands(std::move(client), store, right);
  });
  co_await join(spawn_on(sim.host("client"), publish, std::ref(sim), variant));
}

}  // namespace rill::planted
