// A slot is lost by a timeout: `++active; co_await ...; --active` has no second half when the task
// is destroyed at the await.
// People write it because in languages without kill, only exceptions skip lines, and they caught
// those.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Slot {  // the right way: an object gives it back, whatever happens
  explicit Slot(int& counter) : active(counter) { ++active; }
  ~Slot() { --active; }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  int& active;
};

Task<> answer_right(Connection& client, int& active) {
  const Slot slot(active);
  const std::string line = co_await client.readline();
  co_await client.sendall(line);
}

Task<> answer_wrong(Connection& client, int& active) {
  ++active;
  const std::string line = co_await client.readline();
  co_await client.sendall(line);
  --active;  // wrong: not when the timeout ends this
}

Task<> handle(Connection client, int& active, bool is_right) {
  co_await timeout(200_ms, is_right ? answer_right(client, active) : answer_wrong(client, active));
}

Task<> visit(Simulation& sim, Variant variant) {
  Connection server = co_await connect("server", 7);
  co_await edited(sim, variant);
  co_await sleep(50_ms);
  try {
    co_await server.sendall("hello\n");
    co_await server.readline();
  } catch (const NetError&) {
    sim.note("the server has lost patience");
  }
}

}  // namespace

Task<> kill_leaks_slot(Simulation& sim, Variant variant) {
  auto& active = sim.make<int>(0);
  const auto handler = [&active, right = variant.is_right](Connection client) {
    return handle(std::move(client), active, right);
  };
  co_await serve(sim, sim.host("server"), 7, handler);
  co_await join(spawn_on(sim.host("client"), visit, std::ref(sim), variant));
  sim.finally("every slot is given back", [&active] { return active == 0; });
}

}  // namespace rill::planted
