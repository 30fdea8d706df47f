// It waits for ever for a peer that is gone: without a timeout, silence and death look alike.
// People write it because in every test the other side answers.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<std::string> ask() {
  Connection server = co_await connect("server", 7);
  co_await server.sendall("are you there?\n");
  co_return co_await server.readline();
}

Task<> client(Simulation& sim, Variant variant) {
  for (int i = 0; i < 20; ++i) {
    try {
      if (variant.is_right) {
        co_await timeout(30_s, ask());
      } else {
        co_await ask();  // wrong: for how long?
      }
    } catch (const NetError&) {  // that is an answer, too
    }
    co_await edited(sim, variant);
    co_await sleep(1_s);
  }
}

Task<> answer(Connection from) {
  const std::optional<std::string> line = co_await timeout(30_s, from.readline());
  if (line) co_await from.sendall("yes\n");
}

}  // namespace

Task<> waits_for_ever(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("server"), 7, answer);
  co_await join(spawn_on(sim.host("client"), client, std::ref(sim), variant));
}

}  // namespace rill::planted
