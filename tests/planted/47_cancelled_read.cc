// A cancelled read loses half a line: the timeout ends the reader while its buffer, a variable of
// its own, holds the first half.
// People write it because a timeout around a read looks like "not yet", and so it is for the
// kernel's buffer, but not for ours.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

Task<std::string> read_line(Connection& from, std::string& kept, bool is_right) {
  std::string own;
  if (!is_right) own.swap(kept);  // wrong: `own` dies with the timeout
  std::string& buffer = is_right ? kept : own;
  while (buffer.find('\n') == std::string::npos) {
    const std::string part = co_await from.recv(100);
    if (part.empty()) co_return "";
    buffer += part;
  }
  const std::size_t end = buffer.find('\n') + 1;
  const std::string line = buffer.substr(0, end);
  kept = buffer.substr(end);
  co_return line;
}

Task<> take_numbers(Connection client, bool is_right) {
  std::string kept;
  int right_ones = 0;
  for (;;) {
    const std::optional<std::string> line =
        co_await timeout(25_ms, read_line(client, kept, is_right));
    if (!line) continue;  // nothing yet: time for other work
    if (line->empty()) break;
    if (*line == "1234567890\n") ++right_ones;
  }
  co_await client.sendall(std::to_string(right_ones) + "\n");
}

Task<> send_numbers(Simulation& sim, Variant variant) {
  Connection server = co_await connect("server", 7);
  for (int i = 0; i < 5; ++i) {
    co_await server.sendall("1234567890\n");
    co_await edited(sim, variant);
    co_await sleep(20_ms);
  }
  server.shutdown_write();
  const std::string count = co_await server.readline();
  sim.require(count == "5\n", "every line is read whole");
}

}  // namespace

Task<> cancelled_read(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("server"), 7, [right = variant.is_right](Connection client) {
    return take_numbers(std::move(client), right);
  });
  co_await join(spawn_on(sim.host("client"), send_numbers, std::ref(sim), variant));
}

}  // namespace rill::planted
