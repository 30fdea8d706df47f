// A retry that pays twice: the connection broke after the server had done what it was told, so the
// client tells it again.
// People write it because an error looks like "did not happen". It means "nobody knows".
#include <set>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Bank {
  std::set<std::string> seen;
  int paid = 0;
};

Task<> pay(Connection client, Bank& bank, bool is_right) {
  const std::optional<std::string> order = co_await timeout(30_s, client.readline());
  if (!order || !order->ends_with('\n')) co_return;
  const bool is_new = bank.seen.insert(*order).second;
  if (is_new || !is_right) ++bank.paid;  // wrong without looking whether the order is new
  co_await client.sendall("paid\n");
}

Task<bool> try_to_pay(int attempt) {
  try {
    Connection bank = co_await connect("bank", 7);
    co_await bank.sendall("order 4711\n");
    const std::string answer = co_await bank.readline();
    co_return answer == "paid\n";
  } catch (const NetError&) {
  }
  co_await sleep(milliseconds(10 * attempt));
  co_return false;
}

Task<> customer(Simulation& sim, Variant variant) {
  for (int attempt = 1; attempt <= 5; ++attempt) {
    co_await edited(sim, variant);
    const std::optional<bool> is_paid = co_await timeout(10_s, try_to_pay(attempt));
    if (is_paid.value_or(false)) co_return;
  }
}

}  // namespace

Task<> retry_pays_twice(Simulation& sim, Variant variant) {
  auto& bank = sim.make<Bank>();
  sim.always("an order is paid once", [&bank] { return bank.paid <= 1; });
  co_await serve(sim, sim.host("bank"), 7, [&bank, right = variant.is_right](Connection client) {
    return pay(std::move(client), bank, right);
  });
  co_await join(spawn_on(sim.host("client"), customer, std::ref(sim), variant));
}

}  // namespace rill::planted
