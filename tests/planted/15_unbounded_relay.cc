// A relay without a bound: it reads as fast as the source sends, and keeps what the sink does not
// take yet. A slow sink makes it grow until it dies.
// People write it to decouple the two sides, and it does.
#include <deque>

#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

constexpr std::size_t kMostParts = 8;

struct Relay {
  std::deque<std::string> queue;
  Event changed;
  bool is_over = false;
};

Task<> take_in(Connection from, Relay& relay, bool is_right) {
  for (;;) {
    while (is_right && relay.queue.size() >= kMostParts) {  // else wrong: no back pressure
      relay.changed.clear();
      co_await relay.changed.wait();
    }
    std::string part = co_await from.recv(500);
    relay.is_over = part.empty();
    if (!relay.is_over) relay.queue.push_back(std::move(part));
    relay.changed.set();
    if (relay.is_over) co_return;
  }
}

Task<> give_out(Connection sink, Relay& relay) {
  for (;;) {
    while (relay.queue.empty() && !relay.is_over) {
      relay.changed.clear();
      co_await relay.changed.wait();
    }
    if (relay.queue.empty()) break;
    const std::string part = std::move(relay.queue.front());
    relay.queue.pop_front();
    relay.changed.set();
    co_await sink.sendall(part);
  }
  sink.shutdown_write();
  co_await sink.recv(1);
}

Task<> relay_all(Connection from, Relay& relay, bool is_right) {
  Connection sink = co_await connect("sink", 7);
  Group both;  // when one fails, the other ends
  both.spawn(give_out, std::move(sink), std::ref(relay));
  both.spawn(take_in, std::move(from), std::ref(relay), is_right);
  co_await both.wait();
}

}  // namespace

Task<> unbounded_relay(Simulation& sim, Variant variant) {
  auto& relay = sim.make<Relay>();
  sim.always("the relay keeps no more than 8 parts",
             [&relay] { return relay.queue.size() <= kMostParts; });
  const Duration pace = milliseconds(sim.draw("pace of the sink", rc::gen::inRange(0, 20)));
  co_await serve(sim, sim.host("sink"), 7, [pace](Connection client) -> Task<> {
    for (;;) {
      const std::string part = co_await client.recv(1'000);
      if (part.empty()) co_return;
      co_await sleep(pace);
    }
  });
  co_await serve(sim, sim.host("relay"), 7, [&relay, right = variant.is_right](Connection client) {
    return relay_all(std::move(client), relay, right);
  });
  co_await edited(sim, variant);
  co_await join(spawn_on(sim.host("source"), []() -> Task<> {
    Connection to = co_await connect("relay", 7);
    for (int i = 0; i < 30; ++i) co_await to.sendall(std::string(400, 'p'));
  }));
}

}  // namespace rill::planted
