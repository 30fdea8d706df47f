// A gap between history and subscription: what is published between the two reaches the newcomer
// by neither way.
// People write it because it reads well: first what was, then what comes.
#include <vector>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

struct Topic {
  std::vector<int> history;
  std::vector<Channel<int>*> subscribers;
  bool is_over = false;
};

Task<> publish(Simulation& sim, Topic& topic, int messages, Variant variant) {
  for (int i = 0; i < messages; ++i) {
    topic.history.push_back(i);
    for (Channel<int>* const one : std::vector<Channel<int>*>(topic.subscribers)) {
      co_await one->push(i);
    }
    co_await edited(sim, variant);
    co_await sleep(20_ms);
  }
  topic.is_over = true;
  for (Channel<int>* const one : topic.subscribers) one->close();
}

Task<> send_to_client(const std::vector<int>& messages) {
  for (std::size_t i = 0; i < messages.size(); ++i) co_await null();
}

Task<> subscribe(Simulation& sim, Topic& topic, int messages, Duration when, bool is_right) {
  auto& inbox = sim.make<Channel<int>>(100);
  co_await sleep(when);
  if (is_right) topic.subscribers.push_back(&inbox);
  const std::vector<int> before = topic.history;
  co_await send_to_client(before);
  if (!is_right) topic.subscribers.push_back(&inbox);  // wrong: what came during the line above?
  if (topic.is_over) inbox.close();
  std::size_t received = before.size();
  while (received < static_cast<std::size_t>(messages)) {
    const std::optional<int> message = co_await inbox.pop();
    if (!message) break;
    ++received;
  }
  sim.require(received == static_cast<std::size_t>(messages), "a newcomer gets every message");
}

}  // namespace

Task<> gap_before_subscribing(Simulation& sim, Variant variant) {
  auto& topic = sim.make<Topic>();
  constexpr int kMessages = 5;
  const Duration when = milliseconds(sim.draw("joins at", rc::gen::inRange(1, 79)));
  const TaskRef publisher = spawn(publish, std::ref(sim), std::ref(topic), kMessages, variant);
  co_await subscribe(sim, topic, kMessages, when, variant.is_right);
  co_await join(publisher);
}

}  // namespace rill::planted
