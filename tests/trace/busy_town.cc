// See busy_town.h. A server that boots, and boots again after a crash; clients that talk, hang up,
// are refused, are killed, run into timeouts, and fail; tasks that meet in every way.
#include "tests/trace/busy_town.h"

#include <csignal>
#include <string>
#include <vector>

#include "net/net.h"
#include "net/signal.h"
#include "scheduler/api.h"

namespace rill::testing {
namespace {

constexpr std::uint16_t kPort = 80;
constexpr std::uint16_t kNobodyListens = 81;

Task<> echo(Connection client) {
  while (!client.eof()) {
    const std::string part = co_await client.recv(2'048);
    co_await client.sendall(part);
  }
}

Task<> service(Event& listens) {
  Listener listener("", kPort);
  listens.set();
  co_await server(std::move(listener), echo);
}

struct Town {
  Event listens;
  Channel<int> results{2};
  Semaphore at_once{3};
  int done = 0;
};

Task<> ask(std::size_t size_bytes) {
  Connection connection = co_await connect("bank", kPort);
  co_await connection.sendall(std::string(size_bytes, 'q'));
  connection.shutdown_write();
  while (!connection.eof()) co_await connection.recv(4'096);
}

Task<> resident(Town& town, int number) {
  {
    Semaphore::Permit permit = co_await town.at_once.acquire();
    for (int round = 0; round < 3; ++round) {
      try {
        co_await timeout(2_s, ask(1'000 + 7'000 * static_cast<std::size_t>(number + round)));
      } catch (const NetError&) {  // tomorrow it may be open
      }
      co_await sleep(300_ms);
    }
  }
  ++town.done;
  co_await town.results.push(number);
}

Task<> count(Town& town) {
  for (;;) {
    const std::optional<int> number = co_await town.results.pop();
    if (!number) co_return;
  }
}

Task<> lost_soul() {
  try {
    Connection connection = co_await connect("bank", kNobodyListens);
  } catch (const NetError&) {  // as expected
  }
  throw std::runtime_error("there is no such door");
}

Task<> hang_up() {
  try {
    Connection connection = co_await connect("bank", kPort);
    co_await connection.sendall("something");
    co_await connection.recv(2);
    connection.reset();
  } catch (const NetError&) {  // so did the bank
  }
}

Task<> crowd(Town& town) {
  Group group;
  for (int i = 0; i < 3; ++i) group.spawn(resident(town, i));
  co_await group.wait();
}

Task<> wait_for_night(int& nights) {
  co_await rill::signal({SIGHUP, SIGTERM});
  ++nights;
}

/// Its name is that of no function, and it is killed before its first step.
Task<> never() { co_return; }

}  // namespace

Task<> busy_town(simnet::Simulation& sim) {
  simnet::Network& network = sim.network();
  auto& town = sim.make<Town>();
  auto& nights = sim.make<int>(0);
  sim.always("not more is done than there is to do", [&town] { return town.done <= 5; });
  sim.finally("the day was counted", [&nights] { return nights <= 1; });
  const HostId bank = sim.host("bank");
  network.boot(bank, [&town] { return service(town.listens); });
  co_await town.listens.wait();
  const HostId square = sim.host("square");
  TaskRef counting = spawn(count(town));
  TaskRef people = spawn_on(square, crowd(town)).named("people");
  TaskRef single = spawn_on(sim.host("hill"), resident, std::ref(town), 3);
  TaskRef waiter = spawn_on(bank, wait_for_night(nights)).named("night watch");
  co_await kill(spawn(never()).named("stillborn"));
  TaskRef soul = spawn_on(square, lost_soul());
  bool has_failed = false;
  try {
    co_await join(soul);
  } catch (const std::runtime_error&) {
    has_failed = true;
  }
  sim.require(has_failed, "the lost soul finds no door");
  TaskRef rude = spawn_on(square, hang_up());
  TaskRef victim = spawn_on(square, ask(200'000)).named("victim");
  co_await sleep(microseconds(sim.draw("patience", rc::gen::inRange(1, 4'000))));
  co_await kill(victim);
  network.raise_signal(bank, SIGHUP);
  sim.note("night falls");
  co_await null();
  co_await join(rude);
  co_await join(people);
  co_await join(single);
  town.results.close();
  co_await join(counting);
  co_await kill(waiter);
  sim.require(sim.choose("earthquake", 4) == 0, "the town stands");
  network.crash(bank);
}

}  // namespace rill::testing
