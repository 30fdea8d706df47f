// A list changes while somebody iterates over it: the loop awaits in its body, and a subscriber who
// leaves meanwhile moves all others one place ahead, so one of them gets nothing.
// People write it because the loop is correct wherever its body does not suspend.
#include <algorithm>
#include <memory>
#include <vector>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Subscriber {
  int received = 0;
  Channel<int> inbox{1};
};
using Subscribers = std::vector<std::shared_ptr<Subscriber>>;

Task<> publish_right(Subscribers& all, int message) {
  const Subscribers now = all;
  for (const std::shared_ptr<Subscriber>& one : now) {
    if (!one->inbox.is_closed()) co_await one->inbox.push(message);
  }
}

Task<> publish_wrong(Subscribers& all, int message) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::shared_ptr<Subscriber> one = all[i];
    if (!one->inbox.is_closed()) co_await one->inbox.push(message);  // wrong: `i` is stale now
  }
}

Task<> listen(std::shared_ptr<Subscriber> me, Duration pace) {
  for (;;) {
    const std::optional<int> message = co_await me->inbox.pop();
    if (!message) co_return;
    ++me->received;
    co_await sleep(pace);
  }
}

}  // namespace

Task<> erased_while_iterating(Simulation& sim, Variant variant) {
  auto& all = sim.make<Subscribers>();
  for (int i = 0; i < 4; ++i) {
    all.push_back(std::make_shared<Subscriber>());
    spawn(listen, all.back(), milliseconds(sim.draw("pace", rc::gen::inRange(1, 20))));
  }
  const std::shared_ptr<Subscriber> leaver = all.front();
  const std::shared_ptr<Subscriber> stayer = all[1];
  const auto leave = [](Subscribers& from, std::shared_ptr<Subscriber> who,
                        Duration when) -> Task<> {
    co_await sleep(when);
    std::erase(from, who);
    while (who->inbox.size() > 0) co_await sleep(1_ms);
  };
  const TaskRef leaving = spawn(leave, std::ref(all), leaver,
                                milliseconds(sim.draw("leaves", rc::gen::inRange(1, 60))));
  for (int message = 0; message < 5; ++message) {
    co_await (variant.is_right ? publish_right(all, message) : publish_wrong(all, message));
    co_await edited(sim, variant);
    co_await sleep(3_ms);
  }
  co_await join(leaving);
  for (const std::shared_ptr<Subscriber>& one : all) one->inbox.close();
  leaver->inbox.close();
  sim.finally("who stays gets every message", [stayer] { return stayer->received == 5; });
}

}  // namespace rill::planted
