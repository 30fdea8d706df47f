// A stale address: the name was looked up once, at the start, and has moved since.
// People write it because lookups cost time, and addresses do not change - until a failover.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<bool> ask(const Address& at) {
  try {
    Connection server = co_await connect(at);
    const std::string answer = co_await server.readline();
    co_return answer == "hello\n";
  } catch (const NetError&) {
    co_return false;
  }
}

Task<> client(Simulation& sim, Variant variant) {
  std::vector<Address> addresses = co_await resolve("service", 7);
  int failures = 0;
  for (int i = 0; i < 30; ++i) {
    if (variant.is_right) addresses = co_await resolve("service", 7);  // else wrong: for ever
    const bool is_answered = co_await ask(addresses[0]);
    failures = is_answered ? 0 : failures + 1;
    sim.require(failures <= 10, "ten seconds after a failover the service answers again");
    co_await edited(sim, variant);
    co_await sleep(1_s);
  }
}

Task<> serve_for_a_while(Event& listens, Duration lifetime) {
  Listener listener("", 7);
  listens.set();
  const auto hello = [](Connection to) -> Task<> { co_await to.sendall("hello\n"); };
  Group group;
  group.spawn(server(std::move(listener), hello));
  co_await sleep(lifetime);
}

}  // namespace

Task<> stale_address(Simulation& sim, Variant variant) {
  const HostId one = sim.host("one");
  const HostId two = sim.host("two");
  sim.network().add_name("service", {sim.network().address(one)});
  co_await serve(sim, two, 7, [](Connection to) -> Task<> { co_await to.sendall("hello\n"); });
  auto& listens = sim.make<Event>();
  const int lifetime_s = sim.draw("failover after seconds", rc::gen::inRange(1, 40));
  const TaskRef primary = spawn_on(one, serve_for_a_while, std::ref(listens), seconds(lifetime_s));
  co_await listens.wait();
  const TaskRef asking = spawn_on(sim.host("client"), client, std::ref(sim), variant);
  co_await join(primary);
  sim.network().add_name("service", {sim.network().address(two)});
  co_await join(asking);
}

}  // namespace rill::planted
