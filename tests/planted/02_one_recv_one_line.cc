// One recv is taken for one line: TCP is a stream, and may cut it anywhere.
// People write it because on loopback, what one send sent is what one recv gets.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<> greet_right(Connection client) {
  for (;;) {
    const std::string line = co_await client.readline();
    if (line.empty()) co_return;
    co_await client.sendall("hello " + line);
  }
}

Task<> greet_wrong(Connection client) {
  for (;;) {
    const std::string line = co_await client.recv(4'096);  // wrong: perhaps half a line
    if (line.empty()) co_return;
    co_await client.sendall("hello " + line + (line.ends_with('\n') ? "" : "\n"));
  }
}

Task<> ask(Simulation& sim, const std::string& name) {
  Connection server = co_await connect("server", 7);
  co_await server.sendall(name + "\n");
  const std::string answer = co_await server.readline();
  sim.require(answer == "hello " + name + "\n", "everybody is greeted by the whole name");
}

}  // namespace

Task<> one_recv_one_line(Simulation& sim, Variant variant) {
  const std::string name(static_cast<std::size_t>(sim.draw("length", rc::gen::inRange(1, 400))),
                         'n');
  co_await serve(sim, sim.host("server"), 7, variant.is_right ? greet_right : greet_wrong);
  co_await edited(sim, variant);
  co_await join(spawn_on(sim.host("client"), ask, std::ref(sim), name));
}

}  // namespace rill::planted
