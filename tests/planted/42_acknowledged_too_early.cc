// Acknowledged before it is stored: the process is restarted in between, and nobody has the message
// any more.
// People write it because the sender is waiting, and the disk is slow.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Disk {
  int stored = 0;  // the newest message on it
};

Task<> take(Connection from, Disk& disk, bool is_right) {
  for (;;) {
    const std::string line = co_await from.readline();
    if (!line.ends_with('\n')) co_return;
    if (!is_right) co_await from.sendall("have it\n");  // wrong: it has not
    co_await sleep(2_ms);
    disk.stored = std::max(disk.stored, std::stoi(line));
    if (is_right) co_await from.sendall("have it\n");
  }
}

Task<> run_process(Event& listens, Disk& disk, bool is_right) {
  Listener listener("", 7);
  listens.set();
  co_await server(std::move(listener), [&disk, is_right](Connection from) {
    return take(std::move(from), disk, is_right);
  });
}

Task<> send(Simulation& sim, Disk& disk, Variant variant) {
  int acknowledged = 0;
  try {
    Connection server = co_await connect("server", 7);
    for (int message = 1; message <= 20; ++message) {
      co_await server.sendall(std::to_string(message) + "\n");
      const std::string answer = co_await server.readline();
      if (answer.empty()) break;
      acknowledged = message;
      co_await edited(sim, variant);
      co_await sleep(5_ms);
    }
  } catch (const NetError&) {  // the process is gone
  }
  co_await sleep(10_s);
  sim.require(disk.stored >= acknowledged, "what was acknowledged is stored");
}

}  // namespace

Task<> acknowledged_too_early(Simulation& sim, Variant variant) {
  auto& disk = sim.make<Disk>();
  auto& listens = sim.make<Event>();
  const TaskRef process = spawn_on(sim.host("server"), run_process, std::ref(listens),
                                   std::ref(disk), variant.is_right);
  co_await listens.wait();
  spawn_on(sim.host("client"), send, std::ref(sim), std::ref(disk), variant);
  co_await sleep(milliseconds(sim.draw("killed after", rc::gen::inRange(1, 300))));
  co_await kill(process);
}

}  // namespace rill::planted
