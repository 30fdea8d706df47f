// Released twice: the one who waits gives the permit back when it loses patience, and the work,
// which goes on, gives it back at its end. Now there is one permit too many.
// People write it because each of the two paths, read alone, is right.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

constexpr int kPermits = 2;

struct Pool {
  int free = kPermits;
  int working = 0;
};

Task<> work(Pool& pool, Event& is_done) {
  Connection server = co_await connect("server", 7);
  ++pool.working;
  co_await server.readline();
  --pool.working;
  ++pool.free;
  is_done.set();
}

Task<> wait_for(Event& event) { co_await event.wait(); }

Task<> request(Simulation& sim, Pool& pool, Variant variant) {
  while (pool.free == 0) co_await sleep(50_ms);
  --pool.free;
  auto& is_done = sim.make<Event>();
  spawn(work, std::ref(pool), std::ref(is_done));
  const Outcome outcome = co_await timeout(100_ms, wait_for(is_done));
  co_await edited(sim, variant);
  if (outcome == Outcome::timed_out && !variant.is_right) ++pool.free;  // wrong: the work has it
}

}  // namespace

Task<> released_twice(Simulation& sim, Variant variant) {
  auto& pool = sim.make<Pool>();
  sim.always("no more permits than there were",
             [&pool] { return pool.free + pool.working <= kPermits; });
  co_await serve(sim, sim.host("server"), 7, [](Connection to) -> Task<> {
    co_await sleep(50_ms);
    co_await to.sendall("done\n");
  });
  const HostId client = sim.host("client");
  for (int i = 0; i < 4; ++i) spawn_on(client, request, std::ref(sim), std::ref(pool), variant);
}

}  // namespace rill::planted
