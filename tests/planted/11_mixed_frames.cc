// Frames get mixed up: two tasks write to one connection, each a header and then a body, and the
// other's header comes in between.
// People write it because each sendall is whole in itself.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Link {
  Connection connection;
  Semaphore frame_lock{1};  // for a frame
  Semaphore call_lock{1};   // for one call: a Connection has one writer at a time
};

Task<> write(Link& link, std::string text) {
  const Semaphore::Permit permit = co_await link.call_lock.acquire();
  co_await link.connection.sendall(text);
}

Task<> send_frames(Link& link, char letter, int frames, bool is_right) {
  for (int i = 0; i < frames; ++i) {
    std::optional<Semaphore::Permit> permit;
    if (is_right) permit = co_await link.frame_lock.acquire();
    co_await write(link, std::string("frame ") + letter + "\n");
    co_await write(link, std::string("body ") + letter + "\n");  // wrong: not without the lock
    permit.reset();
    co_await sleep(letter == 'a' ? 5_ms : 7_ms);
  }
}

Task<> check_frames(Connection client) {
  bool is_well_formed = true;
  for (;;) {
    const std::string head = co_await client.readline();
    if (head.empty()) break;
    const std::string body = co_await client.readline();
    is_well_formed =
        is_well_formed && head.starts_with("frame ") && body == "body " + head.substr(6);
  }
  co_await client.sendall(is_well_formed ? "well\n" : "ill\n");
}

Task<> talk(Simulation& sim, Variant variant) {
  Connection connection = co_await connect("server", 7);
  auto& link = sim.make<Link>(std::move(connection));
  const TaskRef a = spawn(send_frames, std::ref(link), 'a', 3, variant.is_right);
  co_await sleep(1_ms);
  const TaskRef b = spawn(send_frames, std::ref(link), 'b', 3, variant.is_right);
  co_await join(a);
  co_await edited(sim, variant);
  co_await join(b);
  link.connection.shutdown_write();
  const std::string verdict = co_await link.connection.readline();
  sim.require(verdict != "ill\n", "a header is followed by its body");
  link.connection.close();
}

}  // namespace

Task<> mixed_frames(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("server"), 7, check_frames);
  co_await join(spawn_on(sim.host("client"), talk, std::ref(sim), variant));
}

}  // namespace rill::planted
