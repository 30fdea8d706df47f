// A loop spins at the end of the stream: it reads until there is a whole line, and the client has
// gone after half of one. From then on every recv gives nothing, at once.
// People write it because "" adds nothing to the buffer, so no harm is visible.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<> take_line(Connection client, bool is_right) {
  std::string buffer;
  while (buffer.find('\n') == std::string::npos) {
    const std::string part = co_await client.recv(100);
    if (is_right && part.empty()) co_return;  // else wrong: for ever
    buffer += part;
  }
  co_await client.sendall("thanks\n");
}

Task<> say(Simulation& sim, Variant variant) {
  Connection server = co_await connect("server", 7);
  co_await server.sendall("one ");
  co_await edited(sim, variant);
  const bool hangs_up = sim.choose("client hangs up", 8) == 1;
  if (hangs_up) co_return;
  co_await sleep(5_ms);
  co_await server.sendall("line\n");
  co_await server.readline();
}

}  // namespace

Task<> end_of_stream_spin(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("server"), 7, [right = variant.is_right](Connection client) {
    return take_line(std::move(client), right);
  });
  co_await join(spawn_on(sim.host("client"), say, std::ref(sim), variant));
}

}  // namespace rill::planted
