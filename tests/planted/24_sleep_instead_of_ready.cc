// Half a second will do: a service is given time to start instead of being asked whether it has.
// People write it in tests and start scripts; it holds until the machine is slow.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<> hello(Connection client) { co_await client.sendall("hello\n"); }

Task<> start_service(Event& is_ready) {
  Connection config = co_await connect("config", 7);
  co_await config.readline();
  Listener listener("", 80);
  is_ready.set();
  co_await server(std::move(listener), hello);
}

Task<> client(Simulation& sim, Event& is_ready, Variant variant) {
  if (variant.is_right) {
    co_await is_ready.wait();
  } else {
    co_await sleep(500_ms);  // wrong: who says so?
  }
  co_await edited(sim, variant);
  sim.require(is_ready.is_set(), "nobody asks a service that has not started");
  Connection service = co_await connect("service", 80);
  co_await service.readline();
}

}  // namespace

Task<> sleep_instead_of_ready(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("config"), 7, hello);
  auto& is_ready = sim.make<Event>();
  spawn_on(sim.host("service"), start_service, std::ref(is_ready));
  co_await join(spawn_on(sim.host("client"), client, std::ref(sim), std::ref(is_ready), variant));
}

}  // namespace rill::planted
