// A deposed leader writes: it looked whether it still leads, and the write arrived when it did not
// any more.
// People write it because check and write are two lines; between them is a network. Only the store
// can tell: the right one takes no write with an older number than it has seen (a fencing token).
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Cluster {
  int term = 1;           // who leads: leader of this term
  int seen_by_store = 0;  // the newest term that has written
  bool is_broken = false;
};

Task<> store(Connection leader, Cluster& cluster, bool is_right) {
  for (;;) {
    const std::string line = co_await leader.readline();
    if (!line.ends_with('\n')) co_return;
    const int term = std::stoi(line);
    if (is_right && term < cluster.seen_by_store) continue;
    if (term < cluster.seen_by_store) cluster.is_broken = true;  // wrong: an old leader's write
    cluster.seen_by_store = term;
  }
}

Task<> lead(Simulation& sim, Cluster& cluster, int term, Variant variant) {
  Connection to = co_await connect("store", 7);
  co_await edited(sim, variant);
  while (cluster.term <= term) {
    if (cluster.term == term) co_await to.sendall(std::to_string(term) + "\n");
    co_await sleep(10_ms);
  }
  to.shutdown_write();
  co_await to.recv(1);
}

}  // namespace

Task<> deposed_leader_writes(Simulation& sim, Variant variant) {
  auto& cluster = sim.make<Cluster>();
  sim.always("no write of an old leader follows one of a new leader",
             [&cluster] { return !cluster.is_broken; });
  co_await serve(sim, sim.host("store"), 7, [&cluster, right = variant.is_right](Connection from) {
    return store(std::move(from), cluster, right);
  });
  spawn_on(sim.host("first"), lead, std::ref(sim), std::ref(cluster), 1, variant);
  spawn_on(sim.host("second"), lead, std::ref(sim), std::ref(cluster), 2, variant);
  co_await sleep(milliseconds(sim.draw("election after", rc::gen::inRange(5, 500))));
  cluster.term = 2;
  co_await sleep(500_ms);
  cluster.term = 3;
}

}  // namespace rill::planted
