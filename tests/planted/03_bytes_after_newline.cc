// What came after the newline is thrown away: a recv may also bring the beginning of the next line.
// People write it after they have learnt that a line may come in parts: they loop until there is a
// newline, return the line, and forget what else is in the buffer.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<std::string> read_line(Connection& from, std::string& buffer, bool is_right) {
  if (!is_right) buffer.clear();  // wrong: the next line may be in it
  while (buffer.find('\n') == std::string::npos) {
    const std::string part = co_await from.recv(4'096);
    if (part.empty()) co_return "";
    buffer += part;
  }
  const std::size_t end = buffer.find('\n') + 1;
  const std::string line = buffer.substr(0, end);
  buffer.erase(0, end);
  co_return line;
}

Task<> count_orders(Connection client, bool is_right) {
  std::string buffer;
  int orders = 0;
  for (;;) {
    const std::string line = co_await read_line(client, buffer, is_right);
    if (line.empty()) break;
    ++orders;
    co_await sleep(1_ms);  // look it up in the catalogue
  }
  co_await client.sendall(std::to_string(orders) + "\n");
}

Task<> order(Simulation& sim, int orders, Variant variant) {
  Connection shop = co_await connect("shop", 7);
  for (int i = 0; i < orders; ++i) {
    co_await shop.sendall("one more\n");
    co_await edited(sim, variant);
    co_await sleep(5_ms);
  }
  shop.shutdown_write();
  const std::string answer = co_await shop.readline();
  sim.require(answer == std::to_string(orders) + "\n", "every order counts");
}

}  // namespace

Task<> bytes_after_newline(Simulation& sim, Variant variant) {
  const int orders = sim.draw("orders", rc::gen::inRange(1, 6));
  const auto handler = [right = variant.is_right](Connection client) {
    return count_orders(std::move(client), right);
  };
  co_await serve(sim, sim.host("shop"), 7, handler);
  co_await join(spawn_on(sim.host("client"), order, std::ref(sim), orders, variant));
}

}  // namespace rill::planted
