// A length is trusted: the header says how many bytes follow, and the server makes room for them
// before it has seen one.
// People write it because their own client sends no nonsense.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

constexpr std::size_t kMostBytes = 1'000;

Task<> take_message(Connection client, std::size_t& room, bool is_right) {
  const std::string header = co_await client.readline();
  if (!header.ends_with('\n')) co_return;
  const std::size_t length = std::stoul(header);
  if (is_right && length > kMostBytes) co_return;
  room = length;  // wrong unless it was checked: as large as a stranger likes
  std::string message;
  while (message.size() < length) {
    const std::string part = co_await client.recv(length - message.size());
    if (part.empty()) co_return;
    message += part;
  }
  co_await client.sendall("taken\n");
}

Task<> send_message(Simulation& sim, unsigned length, Variant variant) {
  try {
    Connection server = co_await connect("server", 7);
    co_await server.sendall(std::to_string(length) + "\n");
    co_await edited(sim, variant);
    co_await server.sendall(std::string(std::min(length, 100u), 'm'));
    server.shutdown_write();
    co_await server.readline();
  } catch (const NetError&) {  // refused
  }
}

}  // namespace

Task<> trusted_length(Simulation& sim, Variant variant) {
  auto& room = sim.make<std::size_t>(0);
  sim.always("a message takes no more room than allowed", [&room] { return room <= kMostBytes; });
  co_await serve(sim, sim.host("server"), 7, [&room, right = variant.is_right](Connection client) {
    return take_message(std::move(client), room, right);
  });
  const auto length = sim.draw("length", rc::gen::arbitrary<unsigned>());
  co_await join(spawn_on(sim.host("client"), send_message, std::ref(sim), length, variant));
}

}  // namespace rill::planted
