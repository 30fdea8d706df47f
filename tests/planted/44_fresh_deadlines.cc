// A deadline for each attempt, and none for the whole: every retry begins to count anew, and the
// caller, who was promised an answer or an error within ten seconds, waits for twenty.
// People write it because the timeout is at the call, and the loop is around the call.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

constexpr Duration kPromised = seconds(10);

Task<std::string> ask_once() {
  Connection server = co_await connect("server", 7);
  co_await server.sendall("question\n");
  co_return co_await server.readline();
}

/// How long it has waited in vain.
Task<Duration> ask(bool is_right) {
  const Instant deadline = now() + kPromised;
  Duration waited;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const Duration left = deadline - now();
    if (is_right && left.ns <= 0) break;
    const Duration limit = is_right && left < 4_s ? left : 4_s;  // wrong: always the same
    try {
      const std::optional<std::string> answer = co_await timeout(limit, ask_once());
      if (answer) break;
      waited += limit;
    } catch (const NetError&) {  // once more
    }
  }
  co_return waited;
}

Task<> client(Simulation& sim, Variant variant) {
  for (int i = 0; i < 10; ++i) {
    const Duration waited = co_await ask(variant.is_right);
    sim.require(waited <= kPromised, "a caller waits no longer than it was promised");
    co_await edited(sim, variant);
    co_await sleep(1_s);
  }
}

Task<> answer(Connection from) {
  const std::optional<std::string> line = co_await timeout(60_s, from.readline());
  if (line) co_await from.sendall("answer\n");
}

}  // namespace

Task<> fresh_deadlines(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("server"), 7, answer);
  co_await join(spawn_on(sim.host("client"), client, std::ref(sim), variant));
}

}  // namespace rill::planted
