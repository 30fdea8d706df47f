// A torn snapshot: two values that belong together are read by two calls, and change in between.
// People write it because the server has a call for one value, and two calls are two values.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Stock {  // the sum is always ten
  int here = 10;
  int there = 0;
};

Task<> tell(Connection client, Stock& stock) {
  for (;;) {
    const std::string what = co_await client.readline();
    if (what.empty()) co_return;
    std::string answer = std::to_string(stock.here + stock.there);
    if (what == "here\n") answer = std::to_string(stock.here);
    if (what == "there\n") answer = std::to_string(stock.there);
    co_await client.sendall(answer + "\n");
  }
}

Task<int> get(Connection& server, std::string what) {
  co_await server.sendall(what);
  const std::string answer = co_await server.readline();
  if (!answer.ends_with('\n')) throw NetError("get", "server", ECONNRESET);
  co_return std::stoi(answer);
}

Task<> audit(Simulation& sim, Variant variant) {
  Connection server = co_await connect("server", 7);
  for (int i = 0; i < 3; ++i) {
    int total = 0;
    if (variant.is_right) {
      total = co_await get(server, "both\n");
    } else {
      const int here = co_await get(server, "here\n");
      const int there = co_await get(server, "there\n");  // wrong: of another moment
      total = here + there;
    }
    sim.require(total == 10, "nothing is lost on the way");
    co_await edited(sim, variant);
    co_await sleep(37_ms);
  }
}

}  // namespace

Task<> torn_snapshot(Simulation& sim, Variant variant) {
  auto& stock = sim.make<Stock>();
  const HostId host = sim.host("server");
  co_await serve(sim, host, 7,
                 [&stock](Connection client) { return tell(std::move(client), stock); });
  const TaskRef auditor = spawn_on(sim.host("auditor"), audit, std::ref(sim), variant);
  for (int i = 0; i < 4; ++i) {
    co_await sleep(30_ms);
    --stock.here;
    ++stock.there;
  }
  co_await join(auditor);
}

}  // namespace rill::planted
