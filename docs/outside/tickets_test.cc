// What must hold for tickets, whatever the network does.
#include "tickets.h"

#include <set>

#include "simnet/testing.h"

using namespace rill;

RILL_SIMULATION("no number is given out twice") {
  const HostId office_host = sim.host("office");
  auto& office = sim.make<tickets::Office>();
  auto& given = sim.make<std::multiset<int>>();
  const auto handler = [&office](Connection client) { return office.serve(std::move(client)); };
  co_await simnet::serve(sim, office_host, 80, handler);
  sim.always("every number is given out once",
             [&given] { return given.empty() || given.count(*given.rbegin()) == 1; });
  const int visitors = sim.draw("visitors", rc::gen::inRange(1, 5));
  Group visits;
  for (int i = 0; i < visitors; ++i) {
    const HostId home = sim.host("visitor" + std::to_string(i));
    visits.spawn_on(home, [&given]() -> Task<> {
      Connection connection = co_await connect("office", 80);
      co_await connection.sendall("next\n");
      const std::string number = co_await connection.readline();
      if (!number.empty()) given.insert(std::stoi(number));
    });
  }
  co_await visits.wait();
  sim.sometimes("somebody gets a number", !given.empty());
}
