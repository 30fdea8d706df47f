// `if` instead of `while`: who was woken takes for granted that there is something, but another,
// who was woken too or just came by, has taken it.
// People write it because one set() looks like one item for one waiter.
#include <deque>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Queue {
  std::deque<int> items;
  Event has_some;
};

Task<> consume(Simulation& sim, Queue& queue, int count, Variant variant) {
  for (int i = 0; i < count; ++i) {
    if (variant.is_right) {
      while (queue.items.empty()) {
        queue.has_some.clear();
        co_await queue.has_some.wait();
      }
    } else if (queue.items.empty()) {
      queue.has_some.clear();
      co_await queue.has_some.wait();  // wrong: looks no second time
    }
    sim.require(!queue.items.empty(), "nobody takes from an empty queue");
    queue.items.pop_front();
    co_await sleep(4_ms);
  }
}

/// Takes what is there when it comes by.
Task<> help_out(Queue& queue, int& helped) {
  for (int i = 0; i < 8; ++i) {
    co_await sleep(5_ms);
    if (queue.items.empty()) continue;
    queue.items.pop_front();
    ++helped;
  }
}

Task<> produce(Simulation& sim, Queue& queue, int count, Variant variant) {
  for (int i = 0; i < count; ++i) {
    co_await sleep(7_ms);
    co_await edited(sim, variant);
    queue.items.push_back(i);
    queue.has_some.set();
  }
}

}  // namespace

Task<> stolen_item(Simulation& sim, Variant variant) {
  auto& queue = sim.make<Queue>();
  auto& helped = sim.make<int>(0);
  const TaskRef consumer = spawn(consume, std::ref(sim), std::ref(queue), 4, variant);
  const TaskRef helper = spawn(help_out, std::ref(queue), std::ref(helped));
  co_await produce(sim, queue, 4, variant);
  co_await join(helper);
  co_await produce(sim, queue, helped, variant);  // what the helper took away
  co_await join(consumer);
}

}  // namespace rill::planted
