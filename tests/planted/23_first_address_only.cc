// Only the first address is tried: a name has several, and one of the machines is down.
// People write it because resolve(...)[0] is shorter than a loop, and works at home.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<> greet(Connection client) { co_await client.sendall("hello\n"); }

Task<std::string> hello_right() {
  Connection server = co_await connect("service", 7);  // tries all of them
  co_return co_await server.readline();
}

Task<std::string> hello_wrong() {
  const std::vector<Address> addresses = co_await resolve("service", 7);
  Connection server = co_await connect(addresses[0]);  // wrong: and the others?
  co_return co_await server.readline();
}

Task<> client(Simulation& sim, Variant variant) {
  std::string answer;
  try {
    answer = co_await (variant.is_right ? hello_right() : hello_wrong());
  } catch (const NetError&) {
    if (variant.is_right) throw;
  }
  co_await edited(sim, variant);
  sim.require(answer == "hello\n", "one machine that is up is enough");
}

}  // namespace

Task<> first_address_only(Simulation& sim, Variant variant) {
  const HostId machines[] = {sim.host("one"), sim.host("two")};
  const std::uint64_t down = sim.choose("machine that is down", 3);
  for (std::uint64_t i = 0; i < 2; ++i) {
    if (i + 1 != down) co_await serve(sim, machines[i], 7, greet);
  }
  sim.network().add_name("service",
                         {sim.network().address(machines[0]), sim.network().address(machines[1])});
  co_await join(spawn_on(sim.host("client"), client, std::ref(sim), variant));
}

}  // namespace rill::planted
