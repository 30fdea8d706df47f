// A half-close is taken for a hang-up: the client has ended its side and waits for the answer; the
// server sees the end of the stream, and stops the work for it.
// People write it because most clients close both sides at once.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<> answer(Connection& to, std::string question) {
  co_await sleep(30_ms);
  co_await to.sendall("answer to " + question);
}

Task<> serve_client(Connection client, bool is_right) {
  Group work;
  for (;;) {
    const std::string line = co_await client.readline();
    if (line.empty()) break;
    work.spawn(answer, std::ref(client), line);
  }
  if (is_right) co_await work.wait();  // else wrong: leaving ends the work, and closes
}

Task<> ask(Simulation& sim, Duration thinks, Variant variant) {
  Connection server = co_await connect("server", 7);
  co_await server.sendall("question\n");
  co_await edited(sim, variant);
  co_await sleep(thinks);
  server.shutdown_write();
  const std::string got = co_await server.readline();
  sim.require(got == "answer to question\n", "who has asked gets an answer");
}

}  // namespace

Task<> half_close(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("server"), 7, [right = variant.is_right](Connection client) {
    return serve_client(std::move(client), right);
  });
  const Duration thinks = milliseconds(sim.draw("thinks for", rc::gen::inRange(1, 100)));
  co_await join(spawn_on(sim.host("client"), ask, std::ref(sim), thinks, variant));
}

}  // namespace rill::planted
