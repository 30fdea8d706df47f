// A late answer is taken for the next: the client has given up a question, asks another on the same
// connection, and reads what comes: the answer to the first.
// People write it because the connection is still good, and connecting anew costs time.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<> echo_lines(Connection client) {
  for (;;) {
    const std::string line = co_await client.readline();
    if (line.empty()) co_return;
    co_await client.sendall(line);
  }
}

Task<std::string> ask(Connection& server, std::string question) {
  co_await server.sendall(question);
  co_return co_await server.readline();
}

Task<> client(Simulation& sim, Variant variant) {
  std::optional<Connection> server;
  for (int i = 0; i < 5; ++i) {
    if (!server) {
      Connection fresh = co_await connect("server", 7);
      server.emplace(std::move(fresh));
    }
    const std::string question = "question " + std::to_string(i) + "\n";
    const std::optional<std::string> answer = co_await timeout(250_ms, ask(*server, question));
    if (!answer && variant.is_right) server.reset();  // else wrong: its answer may still come
    sim.require(!answer || *answer == question, "an answer is to the question that was asked");
    co_await edited(sim, variant);
    co_await sleep(10_ms);
  }
}

}  // namespace

Task<> late_answer(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("server"), 7, echo_lines);
  co_await join(spawn_on(sim.host("client"), client, std::ref(sim), variant));
}

}  // namespace rill::planted
