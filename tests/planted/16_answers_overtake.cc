// Answers overtake each other: the server works on several requests of a connection at once and
// answers each when it is done; the client takes the first answer for that to the first request.
// People write it because the answers came in order when all requests took equally long.
#include <vector>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<> answer(Connection& to, Semaphore& lock, std::string line) {
  co_await sleep(line.starts_with("slow") ? 10_ms : 2_ms);
  const Semaphore::Permit permit = co_await lock.acquire();
  co_await to.sendall(line);
}

Task<> serve_pipelined(Connection client, bool is_right) {
  Semaphore lock(1);
  Group answering;
  for (;;) {
    const std::string line = co_await client.readline();
    if (line.empty()) break;
    answering.spawn(answer, std::ref(client), std::ref(lock), line);
    if (is_right) co_await answering.wait();  // else wrong: whoever is done first, answers first
  }
  co_await answering.wait();
}

Task<> ask_three(Simulation& sim, Variant variant) {
  Connection server = co_await connect("server", 7);
  const std::vector<std::string> questions = {"quick 1\n", "slow 2\n", "quick 3\n"};
  for (const std::string& question : questions) {
    co_await server.sendall(question);
    co_await sleep(20_ms);
    co_await edited(sim, variant);
  }
  server.shutdown_write();
  for (const std::string& question : questions) {
    const std::string got = co_await server.readline();
    sim.require(got == question, "each answer is to the question that it is taken for");
  }
}

}  // namespace

Task<> answers_overtake(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("server"), 7, [right = variant.is_right](Connection client) {
    return serve_pipelined(std::move(client), right);
  });
  co_await join(spawn_on(sim.host("client"), ask_three, std::ref(sim), variant));
}

}  // namespace rill::planted
