// Sent again out of order: after a broken connection the client sends what was not acknowledged -
// after what it has sent on the new connection already.
// People write it because a list of failed messages, tried again later, is the simplest thing.
#include <vector>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Journal {
  int newest = 0;
  bool is_ordered = true;
};

Task<> take(Connection from, Journal& journal, bool is_right) {
  const std::optional<std::string> line = co_await timeout(600_s, from.readline());
  if (!line || !line->ends_with('\n')) co_return;
  const int number = std::stoi(*line);
  // The right one also knows copies: of two that were sent, the first may come last.
  const bool is_copy = is_right && number <= journal.newest;
  journal.is_ordered = journal.is_ordered && (is_copy || number >= journal.newest);
  journal.newest = std::max(number, journal.newest);
  co_await from.sendall("taken\n");
}

Task<bool> deliver(int number) {
  try {
    Connection server = co_await connect("server", 7);
    co_await server.sendall(std::to_string(number) + "\n");
    const std::string answer = co_await server.readline();
    co_return !answer.empty();
  } catch (const NetError&) {
    co_return false;
  }
}

Task<> client(Simulation& sim, Variant variant) {
  std::vector<int> failed;
  for (int number = 1; number <= 10; ++number) {
    for (int attempt = 0;; ++attempt) {
      const std::optional<bool> is_taken = co_await timeout(600_s, deliver(number));
      if (is_taken.value_or(false)) break;
      if (attempt == 20) co_return;
      if (!variant.is_right) {
        failed.push_back(number);  // wrong: the next one overtakes it
        break;
      }
      co_await sleep(1_s);
    }
    co_await edited(sim, variant);
  }
  for (const int number : failed) co_await timeout(600_s, deliver(number));
}

}  // namespace

Task<> resent_out_of_order(Simulation& sim, Variant variant) {
  auto& journal = sim.make<Journal>();
  sim.always("messages arrive in order", [&journal] { return journal.is_ordered; });
  co_await serve(sim, sim.host("server"), 7, [&journal, right = variant.is_right](Connection from) {
    return take(std::move(from), journal, right);
  });
  co_await join(spawn_on(sim.host("client"), client, std::ref(sim), variant));
}

}  // namespace rill::planted
