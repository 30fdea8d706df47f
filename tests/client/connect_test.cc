// Connecting to names with several addresses (RFC 8305), and which addresses a program allows.
#include "net/connect.h"

#include "net/client/address_policy.h"
#include "net/net.h"
#include "scheduler/run.h"
#include "simnet/network.h"
#include "tests/testing/property.h"

namespace rill::testing {
namespace {

/// A client on host 1, servers on others, addresses of nobody.
struct World {
  explicit World(const simnet::NetworkOptions& options = {}) : network(options) {
    network.add_host("client");
    server = network.add_host("server");
    other = network.add_host("other");
  }
  /// Nobody has it, nobody answers.
  static Address dead(std::uint8_t last = 1) { return Address::ipv4(192, 0, 2, last, 80); }
  Address refusing() const { return network.address(server, 81); }
  Address good() const { return network.address(server, 80); }
  Address also_good() const { return network.address(other, 80); }

  struct Result {
    std::string peer;  // or the error's name
    Duration elapsed;
  };
  Result connect_to(std::vector<Address> addresses, std::uint64_t seed = 1) {
    Result result;
    const std::uint64_t frames = frame_pool.blocks_in_use();
    SeededOracle oracle(seed);
    const auto client = [&]() -> Task<> {
      const Instant begun = now();
      try {
        const Connection connection = co_await connect_any(addresses);
        result.peer = to_string(connection.peer());
      } catch (const NetError& error) {
        result.peer = error.code().message();
      }
      result.elapsed = now() - begun;
    };
    const auto serve = [](Connection connection) -> Task<> { co_await connection.recv(1); };
    const auto scenario = [&]() -> Task<> {
      Group servers;
      servers.spawn_on(server, [&] { return rill::server("", 80, serve); });
      servers.spawn_on(other, [&] { return rill::server("", 80, serve); });
      co_await sleep(1_ms);
      TaskRef connecting = spawn_on(1, client());
      co_await join(connecting);
      co_await servers.cancel();
    };
    run(scenario(), network, {.oracle = &oracle});
    CHECK(network.open_sockets() == 0);
    CHECK(frame_pool.blocks_in_use() == frames);
    return result;
  }

  simnet::Network network;
  HostId server = 0;
  HostId other = 0;
};

TEST_CASE("the first address wins when it answers, also when others would") {
  World world;
  const auto result = world.connect_to({world.good(), world.also_good()});
  CHECK(result.peer == to_string(world.good()));
  CHECK(result.elapsed == 2_ms);
}

TEST_CASE("after an address that refuses, the next one is tried at once") {
  World world;
  const auto result = world.connect_to({world.refusing(), world.good()});
  CHECK(result.peer == to_string(world.good()));
  CHECK(result.elapsed == 4_ms);
}

TEST_CASE("an address that does not answer has a head start of 250 ms, and no more") {
  World world;
  const auto one = world.connect_to({World::dead(), world.good()});
  CHECK(one.peer == to_string(world.good()));
  CHECK(one.elapsed == 252_ms);
  const auto three =
      world.connect_to({World::dead(1), World::dead(2), World::dead(3), world.good()});
  CHECK(three.peer == to_string(world.good()));
  CHECK(three.elapsed == 752_ms);
}

TEST_CASE("while one is waited for, a refusal brings the next forward") {
  World world;
  const auto result = world.connect_to({World::dead(), world.refusing(), world.good()});
  CHECK(result.peer == to_string(world.good()));
  CHECK(result.elapsed == 254_ms);
}

TEST_CASE("the first address may still win after its head start") {
  World world;
  world.network.set_links(1, world.server, {.latency = simnet::Latency::fixed(200_ms)});
  world.network.set_links(1, world.other, {.latency = simnet::Latency::fixed(300_ms)});
  const auto result = world.connect_to({world.good(), world.also_good()});
  CHECK(result.peer == to_string(world.good()));
  CHECK(result.elapsed == 400_ms);
}

TEST_CASE("a first address that fails after its head start loses alone") {
  World world;
  world.network.set_links(1, world.server, {.latency = simnet::Latency::fixed(200_ms)});
  const auto result = world.connect_to({world.refusing(), World::dead()});
  CHECK(result.peer == "Connection timed out");
  CHECK(result.elapsed > 100_s);
  const auto other = world.connect_to({world.refusing(), World::dead(), world.also_good()});
  CHECK(other.peer == to_string(world.also_good()));
  CHECK(other.elapsed == 402_ms);  // its refusal brings the third one forward
}

TEST_CASE("when all fail, the last to fail is told") {
  World world;
  CHECK(world.connect_to({world.refusing(), world.refusing()}).peer == "Connection refused");
  const auto slow = world.connect_to({world.refusing(), World::dead()});
  CHECK(slow.peer == "Connection timed out");
}

/// Kills a connect_any() after `until_kill`; nothing may be left.
void kill_race(World& world, const std::vector<Address>& addresses, std::uint64_t seed,
               Duration until_kill) {
  SeededOracle oracle(seed, SeededOracle::Order::random);
  const std::uint64_t frames = frame_pool.blocks_in_use();
  const auto attempt = [&]() -> Task<> {
    try {
      co_await connect_any(addresses);
    } catch (const NetError&) {
    }
  };
  const auto serve = [](Connection connection) -> Task<> { co_await connection.recv(1); };
  const auto scenario = [&]() -> Task<> {
    Group servers;
    servers.spawn_on(world.server, [&] { return rill::server("", 80, serve); });
    servers.spawn_on(world.other, [&] { return rill::server("", 80, serve); });
    co_await sleep(1_ms);
    TaskRef connecting = spawn_on(1, attempt());
    co_await sleep(until_kill);
    co_await kill(connecting);
    co_await servers.cancel();
  };
  run(scenario(), world.network, {.oracle = &oracle});
  if (world.network.open_sockets() != 0) throw std::logic_error("a socket was left open");
  if (frame_pool.blocks_in_use() != frames) throw std::logic_error("a frame was left");
}

RILL_PROPERTY("a race that is killed at any moment leaves nothing", std::uint64_t seed) {
  const Duration until_kill = microseconds(*rc::gen::inRange<std::int64_t>(0, 800'000));
  simnet::NetworkOptions options;
  options.step_cost = 5_us;
  options.link.latency = simnet::Latency::uniform(50_ms, 400_ms);
  World world(options);
  const std::vector<Address> all = {World::dead(), world.refusing(), world.good(),
                                    world.also_good()};
  const auto size = *rc::gen::inRange<std::size_t>(2, 5);
  const auto first = *rc::gen::inRange<std::size_t>(0, 4);
  std::vector<Address> addresses;
  for (std::size_t i = 0; i < size; ++i) addresses.push_back(all[(first + i) % 4]);
  kill_race(world, addresses, seed, until_kill);
}

TEST_CASE("a race that is killed in the instant in which it is won leaves nothing") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    World quick;  // the first address answers, within its head start
    kill_race(quick, {quick.good(), quick.also_good()}, seed, 2_ms);
    World slow;  // both answer at once, 500 ms after the first began
    slow.network.set_links(1, slow.server, {.latency = simnet::Latency::fixed(250_ms)});
    slow.network.set_links(1, slow.other, {.latency = simnet::Latency::fixed(125_ms)});
    kill_race(slow, {slow.good(), slow.also_good()}, seed, 500_ms);
  }
}

TEST_CASE("what is public, by the registries") {
  for (const char* text : {"1.1.1.1",         "8.8.8.8",          "9.255.255.255",   "11.0.0.0",
                           "100.63.255.255",  "100.128.0.0",      "126.255.255.255", "128.0.0.0",
                           "169.253.255.255", "172.15.255.255",   "172.32.0.0",      "192.0.1.0",
                           "192.167.255.255", "192.169.0.0",      "198.17.255.255",  "198.20.0.0",
                           "223.255.255.255", "2606:4700::1111",  "2a00:1450::1",    "2001:200::1",
                           "::ffff:8.8.8.8",  "64:ff9b::808:808", "2002:808:808::1"}) {
    INFO(text);
    REQUIRE(Address::parse(text));
    CHECK(http::is_public(*Address::parse(text)));
  }
  for (const char* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.255",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.2.1",
                           "192.168.0.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "::127.0.0.1",
                           "64:ff9b::a00:1",
                           "64:ff9b:1::1",
                           "100::1",
                           "fc00::1",
                           "fdff::1",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1",
                           "2001::1",
                           "2001:db8::1",
                           "2002:a00:1::",
                           "2002:7f00:1::1",
                           "3fff::1",
                           "4000::1"}) {
    INFO(text);
    REQUIRE(Address::parse(text));
    CHECK_FALSE(http::is_public(*Address::parse(text)));
  }
  CHECK_FALSE(http::is_public(Address()));
}

}  // namespace
}  // namespace rill::testing
