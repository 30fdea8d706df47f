// A stale connection from the pool: the server closes what is idle for too long, perhaps at the
// very moment at which the client takes it out and asks.
// People write it because the pool checks that the connection is open. It was, when it looked.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<> serve_until_idle(Connection client) {
  for (;;) {
    const std::optional<std::string> line = co_await timeout(100_ms, client.readline());
    if (!line || line->empty()) co_return;
    co_await client.sendall("content\n");
  }
}

Task<bool> get(Connection& server) {
  try {
    co_await server.sendall("GET /\n");
    const std::string answer = co_await server.readline();
    co_return answer == "content\n";
  } catch (const NetError&) {
    co_return false;
  }
}

Task<> browse(Simulation& sim, Variant variant) {
  std::optional<Connection> pooled;
  for (int i = 0; i < 4; ++i) {
    if (!pooled) {
      Connection fresh = co_await connect("server", 80);
      pooled.emplace(std::move(fresh));
    }
    bool is_answered = co_await get(*pooled);
    for (int retry = 0; variant.is_right && !is_answered; ++retry) {  // else wrong: no second try
      Connection fresh = co_await connect("server", 80);
      pooled.emplace(std::move(fresh));
      is_answered = co_await get(*pooled);
      if (!is_answered && retry == 10) throw NetError("get", "server", ETIMEDOUT);
    }
    sim.require(is_answered, "every page is got");
    co_await edited(sim, variant);
    co_await sleep(milliseconds(sim.draw("reads the page", rc::gen::inRange(1, 99))));
  }
}

}  // namespace

Task<> stale_keep_alive(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("server"), 80, serve_until_idle);
  co_await join(spawn_on(sim.host("client"), browse, std::ref(sim), variant));
}

}  // namespace rill::planted
