// Closed twice: the second close of a number closes what has got that number since.
// People write it because closing twice is harmless - until numbers are given out again. Both the
// reader that is through and the watchdog that lost patience feel responsible.
#include <vector>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Table {  // lowest free number first, as the kernel's
  std::vector<int> owner;
  std::size_t open(int who) {
    for (std::size_t i = 0; i < owner.size(); ++i) {
      if (owner[i] != 0) continue;
      owner[i] = who;
      return i;
    }
    owner.push_back(who);
    return owner.size() - 1;
  }
  void close(std::size_t number) { owner[number] = 0; }
};

Task<> session(Simulation& sim, Table& table, int who, Duration work, bool is_right) {
  const std::size_t number = table.open(who);
  auto& is_closed = sim.make<bool>(false);
  const auto watchdog = [](Table& t, std::size_t n, bool& closed, bool right) -> Task<> {
    co_await sleep(20_ms);
    if (right && closed) co_return;
    t.close(n);  // wrong unless it asked: perhaps no longer ours
    closed = true;
  };
  spawn(watchdog, std::ref(table), number, std::ref(is_closed), is_right);
  co_await sleep(work);
  if (is_closed) co_return;
  sim.require(table.owner[number] == who, "a number is its owner's until it closes it");
  table.close(number);
  is_closed = true;
}

}  // namespace

Task<> number_reused(Simulation& sim, Variant variant) {
  auto& table = sim.make<Table>();
  Group sessions;
  for (int who = 1; who <= 4; ++who) {
    const int work_ms = sim.draw("work", rc::gen::inRange(1, 30));
    sessions.spawn(session, std::ref(sim), std::ref(table), who, milliseconds(work_ms),
                   variant.is_right);
    co_await edited(sim, variant);
    co_await sleep(milliseconds(sim.draw("gap", rc::gen::inRange(1, 30))));
  }
  co_await sessions.wait();
}

}  // namespace rill::planted
