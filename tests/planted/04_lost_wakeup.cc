// A lost wakeup: check, await something, then wait. What came in between has rung already.
// People write it because the line between check and wait looks harmless: a log line, a metric.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Mailbox {
  int letters = 0;
  Event rang;
};

Task<> log_that_it_is_empty() { co_await null(); }

Task<> read_letters(Mailbox& box, int expected, bool is_right) {
  for (int read = 0; read < expected; ++read) {
    while (box.letters == 0) {
      if (is_right) {
        box.rang.clear();
        co_await log_that_it_is_empty();
      } else {
        co_await log_that_it_is_empty();
        box.rang.clear();  // wrong: forgets a ring between the check and here
      }
      co_await box.rang.wait();
    }
    --box.letters;
    co_await sleep(1_ms);  // read it
  }
}

}  // namespace

Task<> lost_wakeup(Simulation& sim, Variant variant) {
  auto& box = sim.make<Mailbox>();
  const int letters = sim.draw("letters", rc::gen::inRange(1, 6));
  const TaskRef reader = spawn(read_letters, std::ref(box), letters, variant.is_right);
  for (int i = 0; i < letters; ++i) {
    co_await sleep(7_ms);
    co_await edited(sim, variant);
    ++box.letters;
    box.rang.set();
  }
  co_await join(reader);
}

}  // namespace rill::planted
