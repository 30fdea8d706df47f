// Numbers begin anew: a counter lives in memory, and after a restart it gives out the same numbers
// again.
// People write it because the process has never been restarted while they looked.
#include <set>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Disk {
  int next = 1;
};

Task<> give_number(Connection client, int& next, Disk& disk, bool is_right) {
  const std::optional<std::string> line = co_await timeout(30_s, client.readline());
  if (!line || !line->ends_with('\n')) co_return;
  const int number = next++;
  if (is_right) disk.next = next;  // else wrong: nothing outlives the process
  co_await client.sendall(std::to_string(number) + "\n");
}

Task<> process(Disk& disk, bool is_right) {
  int next = is_right ? disk.next : 1;
  Listener listener("", 7);
  const auto handler = [&next, &disk, is_right](Connection client) {
    return give_number(std::move(client), next, disk, is_right);
  };
  co_await server(std::move(listener), handler);
}

Task<int> ask() {
  try {
    Connection server = co_await connect("server", 7);
    co_await server.sendall("a number, please\n");
    const std::string answer = co_await server.readline();
    co_return answer.ends_with('\n') ? std::stoi(answer) : 0;
  } catch (const NetError&) {
    co_return 0;
  }
}

Task<> client(Simulation& sim, Variant variant) {
  std::set<int> numbers;
  for (int i = 0; i < 30; ++i) {
    const std::optional<int> number = co_await timeout(10_s, ask());
    const bool is_new = number.value_or(0) == 0 || numbers.insert(*number).second;
    sim.require(is_new, "no number is given out twice");
    co_await edited(sim, variant);
    co_await sleep(1_s);
  }
}

}  // namespace

Task<> numbers_begin_anew(Simulation& sim, Variant variant) {
  auto& disk = sim.make<Disk>();
  sim.network().boot(sim.host("server"),
                     [&disk, right = variant.is_right] { return process(disk, right); });
  co_await join(spawn_on(sim.host("client"), client, std::ref(sim), variant));
}

}  // namespace rill::planted
