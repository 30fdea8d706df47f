// Under every menu: what arrives is a prefix of what was sent, all of it unless somebody was told
// of an error, and the same seed is the same run.
#include "tests/simnet/raw.h"
#include "tests/testing/property.h"

namespace rill::simnet {
namespace {

// What this file's faults are about; those of hosts, names and clocks have their own tests.
constexpr Fault kStruck[] = {
    Fault::loss,           Fault::duplication,   Fault::reordering,
    Fault::stall,          Fault::cut,           Fault::cut_one_way,
    Fault::slow,           Fault::jam,           Fault::short_read,
    Fault::short_write,    Fault::short_segment, Fault::reset,
    Fault::connect_refuse, Fault::connect_hang,  Fault::connect_late,
    Fault::backlog_full,   Fault::accept_emfile, Fault::accept_aborted,
};

/// One direction of one connection, as both of its ends saw it.
struct Direction {
  std::string sent;  // what the writer's calls took
  std::string arrived;
  bool has_ended = false;   // the reader met the end of the stream
  bool has_failed = false;  // any call at either end did
};

struct World {
  explicit World(const NetworkOptions& options) : pair(options) {}
  Pair pair;
  std::string data;
  std::size_t write_bytes = 1;
  std::size_t read_bytes = 1;
  int clients = 1;
  std::vector<Direction> there;  // by client
  std::vector<Direction> back;
};

Task<> write(World& world, Handle socket, Direction& direction) {
  for (std::size_t at = 0; at < world.data.size();) {
    const std::string_view next = std::string_view(world.data).substr(at, world.write_bytes);
    const std::int64_t sent = co_await Sending(socket, next);
    if (sent < 0) {
      direction.has_failed = true;
      co_return;
    }
    direction.sent += next.substr(0, static_cast<std::size_t>(sent));
    at += static_cast<std::size_t>(sent);
  }
  if (backend().shutdown_write(socket) != 0) direction.has_failed = true;
}

Task<> read(World& world, Handle socket, Direction& direction) {
  for (;;) {
    const Received got = co_await Receiving(socket, world.read_bytes);
    if (got.result < 0) direction.has_failed = true;
    if (got.result == 0 && !direction.has_failed) direction.has_ended = true;
    if (got.result <= 0) co_return;
    direction.arrived += got.bytes;
  }
}

Task<> talk(World& world, Handle socket, Direction& out, Direction& in) {
  const Closing closing(socket);
  Group group;
  group.spawn(write(world, socket, out));
  group.spawn(read(world, socket, in));
  co_await group.wait();
}

/// The first bytes say which client it is: so the server knows where to keep what it sees.
Task<> serve_one(World& world, Handle socket) {
  char name = 0;
  const std::int64_t got = co_await ReceivingInto(socket, &name, 1);
  if (got != 1) {
    backend().close(socket);
    co_return;
  }
  const auto client = static_cast<std::size_t>(name);
  co_await talk(world, socket, world.back[client], world.there[client]);
}

Task<> serve(World& world, Handle listener) {
  for (;;) {
    const Accepted accepted = co_await Accepting(listener);
    if (accepted.result == -EMFILE) {
      co_await sleep(10_ms);
    } else if (accepted.result == 0) {
      spawn(serve_one(world, accepted.socket));
    }
  }
}

Task<> be_client(World& world, std::size_t number) {
  const Connected connected =
      co_await Connecting(world.pair.network.address(world.pair.server, kPort));
  if (connected.result != 0) {
    world.there[number].has_failed = world.back[number].has_failed = true;
    co_return;
  }
  const char name = static_cast<char>(number);
  const std::int64_t sent = co_await Sending(connected.socket, {&name, 1});
  if (sent != 1) world.there[number].has_failed = true;
  co_await talk(world, connected.socket, world.there[number], world.back[number]);
}

Task<> scene(World& world) {
  const Closing listener(listen_on(world.pair.server));
  const TaskRef server = spawn_on(world.pair.server, serve(world, listener.socket));
  std::vector<TaskRef> clients;
  for (int i = 0; i < world.clients; ++i) {
    clients.push_back(spawn_on(world.pair.client, be_client(world, static_cast<std::size_t>(i))));
  }
  for (const TaskRef& client : clients) co_await join(client);
  co_await sleep(200_s);  // what the clients have closed reaches the server, or is given up
  co_await kill(server);
}

void simulate(World& world, std::uint64_t seed) {
  world.there.resize(static_cast<std::size_t>(world.clients));
  world.back.resize(world.there.size());
  SeededOracle oracle(seed, SeededOracle::Order::random);
  world.pair.run(scene(world), &oracle);
}

void check(const World& world) {
  for (std::size_t i = 0; i < world.there.size(); ++i) {
    const bool has_failed = world.there[i].has_failed || world.back[i].has_failed;
    for (const Direction& direction : {world.there[i], world.back[i]}) {
      // A killed reader may have been told of bytes whose writer died within its call.
      RC_ASSERT(world.data.compare(0, direction.arrived.size(), direction.arrived) == 0);
      RC_ASSERT(direction.arrived.size() <= direction.sent.size());
      if (has_failed) continue;
      RC_ASSERT(direction.has_ended);
      RC_ASSERT(direction.arrived == world.data);
    }
  }
}

RILL_PROPERTY(
    "whatever strikes, streams have no holes, and are complete unless an error was told") {
  NetworkOptions options;
  options.host.send_buffer_bytes = *rc::gen::inRange(1u, 8000u);
  options.host.receive_buffer_bytes = *rc::gen::inRange(1u, 8000u);
  options.link.segment_bytes = *rc::gen::inRange(1u, 1500u);
  options.link.latency = *rc::gen::element(
      Latency::fixed(1_ms), Latency::uniform(0_ms, 5_ms), Latency::exponential(100_us, 3_ms),
      Latency::pareto(1_ms, 150), Latency::bimodal(1_ms, 40_ms, 50'000));
  options.link.bytes_per_second = *rc::gen::element<std::uint64_t>(0, 1'000'000);
  options.link.queue_bytes = *rc::gen::element<std::uint64_t>(0, 20'000);
  options.link.loss_per_million = *rc::gen::element(0u, 20'000u);
  options.step_cost = Duration(*rc::gen::element(0, 1000, 100'000));
  for (const Fault fault : kStruck) {
    options.faults.set(fault, *rc::gen::element(0u, 0u, 2000u, 50'000u, 400'000u));
  }
  options.faults.until = Instant() + Duration(*rc::gen::inRange<std::int64_t>(0, 20'000'000'000));
  World world(options);
  world.data = pattern(*rc::gen::inRange<std::size_t>(0, 20'000));
  world.write_bytes = *rc::gen::inRange<std::size_t>(1, 4000);
  world.read_bytes = *rc::gen::inRange<std::size_t>(1, 4000);
  world.clients = *rc::gen::inRange(1, 4);
  simulate(world, *rc::gen::arbitrary<std::uint64_t>());
  check(world);
}

NetworkOptions everything() {
  NetworkOptions options;
  options.step_cost = 20_us;
  options.link.latency = Latency::exponential(500_us, 1_ms);
  options.link.bytes_per_second = 10'000'000;
  options.link.queue_bytes = 30'000;
  options.link.loss_per_million = 1000;
  for (const Fault fault : kStruck) options.faults.set(fault, 30'000);
  options.faults.set(Fault::silent_death, 30'000);
  options.faults.until = Instant() + 60_s;
  return options;
}

TEST_CASE("with everything on, the same seed is the same run, and each fault strikes",
          "[faults][determinism]") {
  std::array<std::uint64_t, kFaults> strikes{};
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    std::string first;
    for (const bool is_first : {true, false}) {
      World world(everything());
      world.data = pattern(30'000);
      world.write_bytes = world.read_bytes = 1000;
      world.clients = 3;
      world.there.resize(3);
      world.back.resize(3);
      SeededOracle oracle(seed, SeededOracle::Order::random);
      RunReport report;
      try {
        run(scene(world), world.pair.network, {.oracle = &oracle, .report = &report});
      } catch (const Deadlock&) {  // a silent death, and somebody who only reads
      }
      if (is_first) {
        first = report.fingerprint;
        for (std::size_t i = 0; i < kFaults; ++i) {
          strikes[i] += world.pair.network.fault_count(static_cast<Fault>(i));
        }
      } else {
        CHECK(report.fingerprint == first);
      }
    }
  }
  for (const Fault fault : kStruck) {
    INFO(to_string(fault));
    CHECK(strikes[static_cast<std::size_t>(fault)] > 0);
  }
}

}  // namespace
}  // namespace rill::simnet
