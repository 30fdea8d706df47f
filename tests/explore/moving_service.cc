// See moving_service.h.
#include "tests/explore/moving_service.h"

#include <string>
#include <vector>

#include "net/net.h"
#include "scheduler/api.h"

namespace rill::simnet {
namespace {

constexpr std::uint16_t kPort = 80;

/// Long enough to be broken in the middle.
Task<> call() {
  const std::string question(5'000, 'q');
  try {
    Connection connection = co_await connect("service", kPort);
    co_await connection.sendall(question);
    connection.shutdown_write();
    while (!connection.eof()) co_await connection.recv(4'096);
  } catch (const NetError&) {  // the next call may do better
  }
}

Task<> calls(int how_many) {
  const WallTime began = wall_clock();
  for (int i = 0; i < how_many; ++i) {
    co_await timeout(15_s, call());
    co_await sleep(wall_clock() < began ? 2_s : 1_s);
  }
}

Task<> echo(Connection client) {
  while (!client.eof()) {
    const std::string part = co_await client.recv(4'096);
    co_await client.sendall(part);
  }
}

Task<> service(Event& listens) {
  Listener listener("", kPort);
  listens.set();
  co_await server(std::move(listener), echo);
}

}  // namespace

Task<> moving_service(Simulation& sim) {
  Network& network = sim.network();
  std::vector<Address> addresses;
  for (const char* const name : {"one", "other"}) {
    const HostId host = sim.host(name);
    auto& listens = sim.make<Event>();
    network.boot(host, [&listens] { return service(listens); });
    co_await listens.wait();
    addresses.push_back(network.address(host));
  }
  network.add_name("service", addresses);
  std::vector<TaskRef> clients;
  for (const char* const name : {"ada", "bob", "cyd"}) {
    clients.push_back(spawn_on(sim.host(name), calls, 5));
  }
  co_await sleep(3_s);
  network.add_name("service", {addresses[1], addresses[0]});
  for (const TaskRef& client : clients) co_await join(client);
}

}  // namespace rill::simnet
