// A graceful shutdown that is none: what was accepted and not yet begun is dropped.
// People write it because the workers finish what they have in hand, and that looks like all.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

using Queue = Channel<Connection>;

struct Office {
  bool is_closing = false;
  int accepted = 0;
  int served = 0;
};

Task<> accept_all(Listener& listener, Queue& waiting, Office& office) {
  try {
    for (;;) {
      Connection client = co_await listener.accept();
      ++office.accepted;
      co_await waiting.push(std::move(client));
    }
  } catch (const NetError&) {
    waiting.close();
  }
}

Task<> work(Queue& waiting, Office& office, bool is_right) {
  for (;;) {
    if (office.is_closing && !is_right) co_return;  // wrong: some may wait in the queue
    std::optional<Connection> client = co_await waiting.pop();
    if (!client) co_return;
    try {
      co_await sleep(10_ms);
      co_await client->sendall("served\n");
    } catch (const NetError&) {
    }
    ++office.served;
  }
}

Task<> open_office(Office& office, Event& is_open, Duration hours, bool is_right) {
  Listener listener("", 7);
  Queue waiting(10);  // whose end closes what is still in it
  const TaskRef accepting =
      spawn(accept_all, std::ref(listener), std::ref(waiting), std::ref(office));
  const TaskRef worker = spawn(work, std::ref(waiting), std::ref(office), is_right);
  is_open.set();
  co_await sleep(hours);
  office.is_closing = true;
  listener.close();
  co_await join(accepting);
  co_await join(worker);
}

Task<> visit() {
  try {
    Connection office = co_await connect("office", 7);
    co_await office.readline();
  } catch (const NetError&) {  // closed
  }
}

}  // namespace

Task<> shutdown_drops_queue(Simulation& sim, Variant variant) {
  auto& office = sim.make<Office>();
  auto& is_open = sim.make<Event>();
  const int hours_ms = sim.draw("open for", rc::gen::inRange(1, 200));
  spawn_on(sim.host("office"), open_office, std::ref(office), std::ref(is_open),
           milliseconds(hours_ms), variant.is_right);
  co_await is_open.wait();
  const HostId street = sim.host("street");
  for (int i = 0; i < 6; ++i) {
    spawn_on(street, visit);
    co_await edited(sim, variant);
    co_await sleep(15_ms);
  }
  sim.finally(
      "who was accepted is served", [&office] { return office.accepted == office.served; },
      [&office] {
        return std::to_string(office.accepted) + " were accepted, " +
               std::to_string(office.served) + " were served";
      });
}

}  // namespace rill::planted
