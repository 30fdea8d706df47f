// A lost update: read, await, write. What another task wrote meanwhile is overwritten.
// People write it because coroutines on one thread feel like one thread. They are, between awaits.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Account {
  int balance = 0;
  Semaphore lock{1};
};

Task<> write_to_log() { co_await null(); }

Task<> deposit(Account& account, bool is_right) {
  std::optional<Semaphore::Permit> permit;
  if (is_right) permit = co_await account.lock.acquire();
  const int before = account.balance;
  co_await write_to_log();
  account.balance = before + 1;  // wrong without the lock: `before` may be old
}

}  // namespace

Task<> lost_update(Simulation& sim, Variant variant) {
  auto& account = sim.make<Account>();
  const int deposits = sim.draw("deposits", rc::gen::inRange(2, 6));
  const auto customer = [](Account& to, Duration when, bool is_right) -> Task<> {
    co_await sleep(when);
    co_await deposit(to, is_right);
  };
  Group customers;
  for (int i = 0; i < deposits; ++i) {
    customers.spawn(customer, std::ref(account), milliseconds(3 * i), variant.is_right);
  }
  co_await edited(sim, variant);
  co_await customers.wait();
  sim.require(account.balance == deposits, "every deposit counts");
}

}  // namespace rill::planted
