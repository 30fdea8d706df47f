// Kill at any point: of any task, at any moment, nothing may be left - no socket, no record, no
// event that waits for nobody - and nobody else may notice more than a closed connection.
#include "tests/simnet/raw.h"
#include "tests/testing/property.h"

namespace rill::simnet {
namespace {

/// A client sends enough to block, a server reads some, both wait for the other, names are looked
/// up: each kind of operation is pending at some time.
Task<> busy_server(Handle listener) {
  for (;;) {
    const Accepted accepted = co_await Accepting(listener);
    if (accepted.result < 0) co_return;
    const Closing closing(accepted.socket);
    for (int i = 0; i < 3; ++i) {
      const Received got = co_await Receiving(accepted.socket, 700);
      if (got.result <= 0) break;
      co_await Sending(accepted.socket, got.bytes);
    }
  }
}

Task<> busy_client(std::string data) {
  const Resolved found = co_await Resolving("server", kPort);
  if (found.result < 0) co_return;
  const Connected connected = co_await Connecting(found.addresses.front());
  if (connected.result < 0) co_return;
  const Closing closing(connected.socket);
  const std::int64_t sent = co_await send_all(connected.socket, data);
  if (sent < 0) co_return;
  backend().shutdown_write(connected.socket);
  co_await receive_all(connected.socket);
}

Task<> scenario(Pair& pair, int victim, Duration moment) {
  const Closing listener(listen_on(pair.server, 0));
  std::vector<TaskRef> tasks;
  tasks.push_back(spawn_on(pair.server, busy_server(listener.socket)));
  tasks.push_back(spawn_on(pair.client, busy_client(pattern(5000))));
  tasks.push_back(spawn_on(pair.client, busy_client(pattern(10))));
  tasks.push_back(spawn_on(pair.client, busy_client(pattern(5000))));
  co_await sleep(moment);
  co_await kill(tasks[static_cast<std::size_t>(victim)]);
  if (victim == 0) tasks.push_back(spawn_on(pair.server, busy_server(listener.socket)));
  for (std::size_t i = 1; i < 4; ++i) co_await join(tasks[i]);
  co_await kill(tasks.front());
  co_await kill(tasks.back());
}

NetworkOptions narrow() {
  NetworkOptions options;
  options.host.send_buffer_bytes = 1500;
  options.host.receive_buffer_bytes = 1000;
  return options;
}

TEST_CASE("a task killed at any moment leaves no socket and no record", "[kill]") {
  for (int victim = 0; victim < 4; ++victim) {
    for (std::int64_t moment_us = 0; moment_us < 30'000; moment_us += 500) {
      CAPTURE(victim, moment_us);
      Pair pair(narrow());
      pair.run(scenario(pair, victim, microseconds(moment_us)));
    }
  }
}

RILL_PROPERTY("the same in any order of tasks, with steps that take time and cut streams") {
  NetworkOptions options = narrow();
  options.step_cost = Duration(*rc::gen::inRange(0, 300'000));
  options.link.latency = Latency::uniform(0_ms, 3_ms);
  options.short_read_percent = options.short_write_percent = options.short_segment_percent = 30;
  SeededOracle oracle(*rc::gen::arbitrary<std::uint64_t>(), SeededOracle::Order::random);
  const int victim = *rc::gen::inRange(0, 4);
  const Duration moment(*rc::gen::inRange(0, 40'000'000));
  Pair pair(options);
  run(scenario(pair, victim, moment), pair.network, {.oracle = &oracle});
  RC_ASSERT(pair.network.open_sockets() == 0u);
  run([]() -> Task<> { co_await sleep(seconds(600)); }(), pair.network);
  RC_ASSERT(pair.network.socket_records() == 0u);
  RC_ASSERT(pair.network.blocks_in_use() == 0u);
  RC_ASSERT(pair.network.events_in_flight() == 0u);
}

TEST_CASE("the end of a run closes what it leaves, and the next run finds the network usable",
          "[kill]") {
  Pair pair(narrow());
  for (int i = 0; i < 3; ++i) {
    run(
        [](Pair& pair) -> Task<> {
          const Handle listener = listen_on(pair.server, 0);
          spawn_on(
              pair.server,
              [](Handle listener) -> Task<> {
                const Closing closing(listener);
                co_await busy_server(listener);
              },
              listener);
          spawn_on(pair.client, busy_client(pattern(5000)));
          co_await sleep(7_ms);
        }(pair),
        pair.network, {.stop_with_root = true});
    CHECK(pair.network.open_sockets() == 0);
  }
  CHECK(pair.elapsed() == 21_ms);
}

TEST_CASE("a connection accepted for a task that was killed is closed", "[kill]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Closing listener(listen_on(pair.server));
    const Connected connected =
        co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
    const Closing client(connected.socket);
    co_await sleep(5_ms);
    const TaskRef acceptor =
        spawn([](Handle on) -> Task<> { co_await Accepting(on); }, listener.socket);
    CHECK(pair.network.open_sockets(pair.server) == 1);
    co_await null();  // it asks, gets the connection at once, and stands in the ready list with it
    CHECK(pair.network.open_sockets(pair.server) == 2);
    co_await kill(acceptor);
    CHECK(pair.network.open_sockets(pair.server) == 1);
    const Received end = co_await Receiving(connected.socket, 1);
    CHECK(end.result == 0);
  }(pair));
}

}  // namespace
}  // namespace rill::simnet
