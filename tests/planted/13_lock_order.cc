// Two locks in two orders: each task holds one and waits for the other's.
// People write it because transfer(from, to) locks `from` first, and somebody else's `from` is our
// `to`.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Account {
  int number;
  int balance = 100;
  Semaphore lock{1};
};

Task<> transfer(Account& from, Account& to, int amount, bool is_right) {
  const bool swaps = is_right && to.number < from.number;
  const Semaphore::Permit one = co_await (swaps ? to : from).lock.acquire();
  const Semaphore::Permit two =
      co_await (swaps ? from : to).lock.acquire();  // wrong if in any order
  from.balance -= amount;
  to.balance += amount;
}

}  // namespace

Task<> lock_order(Simulation& sim, Variant variant) {
  auto& ann = sim.make<Account>(1);
  auto& bob = sim.make<Account>(2);
  const auto pay = [](Account& from, Account& to, Duration pace, bool is_right) -> Task<> {
    for (int i = 0; i < 4; ++i) {
      co_await sleep(pace);
      co_await transfer(from, to, 1, is_right);
    }
  };
  const TaskRef one = spawn(pay, std::ref(ann), std::ref(bob), 5_ms, variant.is_right);
  const TaskRef two = spawn(pay, std::ref(bob), std::ref(ann), 7_ms, variant.is_right);
  co_await edited(sim, variant);
  co_await join(one);
  co_await join(two);
  sim.require(ann.balance + bob.balance == 200, "no money is made");
}

}  // namespace rill::planted
