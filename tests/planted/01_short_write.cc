// A short write is ignored: send() may take only a part of its bytes, and says how many.
// People write it because with an empty buffer on a fast machine it always takes everything.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<> count_bytes(Connection from) {
  std::size_t size = 0;
  for (;;) {
    const std::string part = co_await from.recv(1'000);
    if (part.empty()) break;
    size += part.size();
  }
  co_await from.sendall(std::to_string(size) + "\n");
}

Task<> upload(Connection& to, const std::string& file, bool is_right) {
  if (is_right) {
    co_await to.sendall(file);
  } else {
    co_await to.send(file);  // wrong: the rest is never sent
  }
}

}  // namespace

Task<> short_write(Simulation& sim, Variant variant) {
  const std::string file(static_cast<std::size_t>(sim.draw("size", rc::gen::inRange(1, 5'000))),
                         'x');
  co_await serve(sim, sim.host("server"), 7, count_bytes);
  co_await edited(sim, variant);
  const auto client = [](Simulation& s, const std::string& sent, bool is_right) -> Task<> {
    Connection server = co_await connect("server", 7);
    co_await upload(server, sent, is_right);
    server.shutdown_write();
    const std::string answer = co_await server.readline();
    s.require(answer == std::to_string(sent.size()) + "\n", "all of the file arrives");
  };
  co_await join(spawn_on(sim.host("client"), client, std::ref(sim), file, variant.is_right));
}

}  // namespace rill::planted
