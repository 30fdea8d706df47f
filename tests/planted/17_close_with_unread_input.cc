// The answer is lost by a close: a server that refuses an upload answers and closes, with input
// unread; so the kernel sends a reset, which overtakes the answer on the other side.
// People write it because close() looks like "and please deliver what I sent".
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<> refuse(Connection client, bool is_right) {
  co_await client.readline();
  co_await client.sendall("413 too large\n");
  if (!is_right) co_return;  // wrong: closes with unread input
  client.shutdown_write();
  for (;;) {
    const std::string part = co_await client.recv(10'000);
    if (part.empty()) co_return;
  }
}

Task<> upload(Simulation& sim, Variant variant) {
  Connection server = co_await connect("server", 80);
  bool is_answered = false;
  bool is_sent = false;
  try {
    co_await server.sendall("PUT /file\n" + std::string(1'000, 'x'));
    co_await edited(sim, variant);
    is_sent = true;
    const std::string answer = co_await server.readline();
    is_answered = answer == "413 too large\n";
  } catch (const NetError&) {
    if (variant.is_right) throw;  // then it was the network
    sim.note(is_sent ? "reset before the answer was read" : "reset while sending");
  }
  sim.require(is_answered, "a refused upload is told so");
}

}  // namespace

Task<> close_with_unread_input(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("server"), 80, [right = variant.is_right](Connection client) {
    return refuse(std::move(client), right);
  });
  co_await join(spawn_on(sim.host("client"), upload, std::ref(sim), variant));
}

}  // namespace rill::planted
