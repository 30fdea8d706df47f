// What goes wrong within a connection: at which byte it breaks, how much a call moves; and by which
// names connections go.
#include <bit>

#include "tests/simnet/planned.h"

namespace rill::simnet {
namespace {

/// `fault` will strike `key` after exactly `bytes` bytes, 1 to 131071.
void plan_byte(PlannedOracle& oracle, Fault fault, std::uint64_t key, std::uint64_t bytes) {
  const auto strength = static_cast<std::uint64_t>(std::bit_width(bytes));
  oracle.plan(fault, key, strength);
  oracle.plan(byte_site(fault, key), 0, bytes - (std::uint64_t{1} << (strength - 1)));
}

TEST_CASE("a connection is reset after exactly the byte that was planned", "[faults][reset]") {
  const std::string data = pattern(200'000);
  for (const std::uint64_t bytes : {1u, 2u, 3u, 1460u, 1461u, 5000u, 131'071u}) {
    Pair pair(with({Fault::reset}));
    PlannedOracle oracle;
    Stories stories;
    plan_byte(oracle, Fault::reset, kFirst, bytes);
    pair.run(
        [](Pair& pair, const std::string& data, std::uint64_t bytes) -> Task<> {
          const Ends ends = co_await connect_ends(pair.client, pair.server);
          const std::int64_t sent = co_await Sending(ends.client, data);
          CHECK(sent == 200'000);
          const Received there = co_await receive_all(ends.server);
          CHECK(there.result == -ECONNRESET);
          CHECK((there.bytes == data.substr(0, bytes)));
          const Received back = co_await Receiving(ends.client, 10);
          CHECK(back.result == -ECONNRESET);
          const std::int64_t broken = co_await Sending(ends.client, "more");
          CHECK(broken == -EPIPE);
          ends.close_all();
        }(pair, data, bytes),
        &oracle, &stories);
    CHECK(pair.network.fault_count(Fault::reset) == 1);
    CHECK(stories.told == std::vector<std::string>{"client->server#1 is reset after " +
                                                   std::to_string(bytes) + " bytes"});
  }
}

TEST_CASE("each connection and each direction breaks by itself", "[faults][reset]") {
  Pair pair(with({Fault::reset}));
  PlannedOracle oracle;
  plan_byte(oracle, Fault::reset, connection_key("client", "server", 2, Way::to_client), 3);
  pair.run(
      [](Pair& pair) -> Task<> {
        const Ends first = co_await connect_ends(pair.client, pair.server);
        backend().close(first.listener);
        const Ends second = co_await connect_ends(pair.client, pair.server);
        for (const Ends& ends : {first, second}) {
          co_await Sending(ends.client, "hello");
          const Received there = co_await Receiving(ends.server, 10);
          CHECK(there.bytes == "hello");
          co_await Sending(ends.server, "hello");
        }
        const Received whole = co_await receive_all(first.client, 5);
        CHECK(whole.bytes == "hello");
        const Received part = co_await receive_all(second.client, 5);
        CHECK(part.bytes == "hel");
        CHECK(part.result == -ECONNRESET);
        first.close_all();
        second.close_all();
      }(pair),
      &oracle);
  CHECK(pair.network.fault_count(Fault::reset) == 1);
}

TEST_CASE("a long stream can break in each of its stretches of 128 KiB", "[faults][reset]") {
  Pair pair(with({Fault::reset}));
  PlannedOracle oracle;
  oracle.plan(fault_site(Fault::reset, kFirst), 2, 1);  // one byte into the third
  pair.run(
      [](Pair& pair) -> Task<> {
        const Ends ends = co_await connect_ends(pair.client, pair.server);
        const std::string data = pattern(300'000);
        co_await Sending(ends.client, data);
        const Received there = co_await receive_all(ends.server);
        CHECK(there.result == -ECONNRESET);
        CHECK(there.bytes.size() > 262'144);
        CHECK(there.bytes.size() <= 262'144 + 2 * 1460 + 1);  // stretches begin with a segment
        CHECK((there.bytes == data.substr(0, there.bytes.size())));
        ends.close_all();
      }(pair),
      &oracle);
}

TEST_CASE("of two breaks the first one counts", "[faults][reset][death]") {
  for (const auto& [reset_at, death_at] : {std::pair{5, 10}, {10, 5}}) {
    Pair pair(with({Fault::reset, Fault::silent_death}));
    PlannedOracle oracle;
    plan_byte(oracle, Fault::reset, kFirst, static_cast<std::uint64_t>(reset_at));
    plan_byte(oracle, Fault::silent_death, kFirst, static_cast<std::uint64_t>(death_at));
    pair.run(
        [](Pair& pair) -> Task<> {
          const Ends ends = co_await connect_ends(pair.client, pair.server);
          co_await Sending(ends.client, "hello world");
          const Received got = co_await receive_all(ends.server, 5);
          CHECK(got.bytes == "hello");
          co_await sleep(1_s);
          ends.close_all();
        }(pair),
        &oracle);
    CHECK(pair.network.fault_count(Fault::reset) == (reset_at == 5 ? 1 : 0));
    CHECK(pair.network.fault_count(Fault::silent_death) == (death_at == 5 ? 1 : 0));
  }
}

TEST_CASE("a break that was drawn for later than the menu's time does not come",
          "[faults][until]") {
  for (const Fault fault : {Fault::reset, Fault::silent_death}) {
    NetworkOptions options = with({fault});
    options.faults.until = Instant() + 1_s;
    Pair pair(options);
    PlannedOracle oracle;
    plan_byte(oracle, fault, kFirst, 6);
    pair.run(
        [](Pair& pair) -> Task<> {
          const Ends ends = co_await connect_ends(pair.client, pair.server);
          co_await Sending(ends.client, "hello");
          co_await sleep(1_s);
          co_await Sending(ends.client, " world");
          const Received got = co_await receive_all(ends.server, 11);
          CHECK(got.bytes == "hello world");
          ends.close_all();
        }(pair),
        &oracle);
    CHECK(oracle.followed() == 2);
    CHECK(pair.network.fault_count(fault) == 0);
  }
}

TEST_CASE("after a silent death who writes learns by ETIMEDOUT, and the bytes before arrived",
          "[faults][death]") {
  Pair pair(with({Fault::silent_death}));
  PlannedOracle oracle;
  Stories stories;
  plan_byte(oracle, Fault::silent_death, kFirst, 3);
  pair.run(
      [](Pair& pair) -> Task<> {
        const Ends ends = co_await connect_ends(pair.client, pair.server);
        const Instant start = now();
        co_await Sending(ends.client, "hello");
        const Received there = co_await receive_all(ends.server, 3);
        CHECK(there.bytes == "hel");
        CHECK(now() - start == 1_ms);
        const Instant answered = now();
        co_await Sending(ends.server, "got it");
        const Received error = co_await Receiving(ends.client, 10);
        CHECK(error.result == -ETIMEDOUT);
        CHECK(now() - start == 924'600_ms);
        const Received back = co_await Receiving(ends.server, 10);
        CHECK(back.result == -ETIMEDOUT);
        CHECK(now() - answered == 924'600_ms);
        ends.close_all();
      }(pair),
      &oracle, &stories);
  CHECK(pair.network.fault_count(Fault::silent_death) == 1);
  REQUIRE(!stories.told.empty());
  CHECK(stories.told[0] == "client->server#1 dies without a word after 3 bytes");
}

TEST_CASE("after a silent death who only reads waits for ever, and the report says so",
          "[faults][death]") {
  Pair pair(with({Fault::silent_death}));
  PlannedOracle oracle;
  plan_byte(oracle, Fault::silent_death, kFirst, 5);
  const auto body = [](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    const Closing listener(ends.listener);
    const Closing client(ends.client);
    const Closing server(ends.server);
    co_await Sending(ends.client, "hello");
    backend().reset(ends.client);
    co_await receive_all(ends.server, 5);
    co_await Receiving(ends.server, 10);
  };
  CHECK_THROWS_AS(run(body(pair), pair.network, {.oracle = &oracle}), Deadlock);
  CHECK(pair.network.now() < Instant() + 103_s);  // what it had sent is given up first
}

TEST_CASE("short reads, writes and segments are as many bytes too short as drawn",
          "[faults][short]") {
  Pair pair(with({Fault::short_read, Fault::short_write, Fault::short_segment}));
  PlannedOracle oracle;
  Stories stories;
  oracle.plan(Fault::short_write, kFirst, 1);    // 9 of 10
  oracle.plan(Fault::short_segment, kFirst, 3);  // 6 of 9, then the other three
  oracle.plan(Fault::short_read, kFirst, 8);     // 1 of 9
  pair.run(
      [](Pair& pair) -> Task<> {
        const Ends ends = co_await connect_ends(pair.client, pair.server);
        const std::int64_t sent = co_await Sending(ends.client, "0123456789");
        CHECK(sent == 9);
        co_await sleep(1_ms);
        Received got = co_await Receiving(ends.server, 100);
        CHECK(got.bytes == "0");
        got = co_await Receiving(ends.server, 100);
        CHECK(got.bytes == "12345678");
        ends.close_all();
      }(pair),
      &oracle, &stories);
  CHECK(stories.told == std::vector<std::string>{
                            "a write to client->server#1 takes 9 of 10 bytes",
                            "a segment of client->server#1 carries 6 of 9 bytes",
                            "a read from client->server#1 gets 1 of 9 bytes",
                        });
}

TEST_CASE("percentages of short calls are the menu's faults, and outlive another menu",
          "[faults][short]") {
  NetworkOptions options;
  options.short_read_percent = 50;
  Pair pair(options);
  pair.network.set_faults({{Fault::duplication}, 1000});
  SeededOracle oracle(1);
  pair.run(
      [](Pair& pair) -> Task<> {
        const Ends ends = co_await connect_ends(pair.client, pair.server);
        for (int i = 0; i < 100; ++i) {
          co_await Sending(ends.client, "0123456789");
          co_await receive_all(ends.server, 10);
        }
        ends.close_all();
      }(pair),
      &oracle);
  CHECK(pair.network.fault_count(Fault::short_read) > 30);
  CHECK(pair.network.fault_count(Fault::short_write) == 0);
}

TEST_CASE("connections are counted by who began them with whom", "[faults]") {
  Pair pair(with({Fault::loss}));
  PlannedOracle oracle;
  oracle.plan(Fault::loss, kFirst, 1);
  pair.run(
      [](Pair& pair) -> Task<> {
        const Ends other = co_await connect_ends(pair.server, pair.client);  // the other way round
        const Ends ends = co_await connect_ends(pair.client, pair.server);
        const Instant start = now();
        co_await Sending(other.client, "x");
        co_await Sending(other.server, "x");
        co_await Sending(ends.client, "x");
        co_await Receiving(other.client, 1);
        co_await Receiving(other.server, 1);
        CHECK(now() - start == 1_ms);
        co_await Receiving(ends.server, 1);
        CHECK(now() - start == 201_ms);
        other.close_all();
        ends.close_all();
      }(pair),
      &oracle);
}

TEST_CASE("sites are keyed by names: hosts that were added before change nothing", "[faults]") {
  for (const bool is_crowded : {false, true}) {
    Network network(with({Fault::loss}));
    if (is_crowded) network.add_host("bystander");
    const HostId server = network.add_host("server");
    const HostId client = network.add_host("client");
    PlannedOracle oracle;
    oracle.plan(Fault::loss, kFirst, 1);
    run(
        [](HostId client, HostId server) -> Task<> {
          const Ends ends = co_await connect_ends(client, server);
          const Instant start = now();
          co_await Sending(ends.client, "x");
          co_await Receiving(ends.server, 1);
          CHECK(now() - start == 201_ms);
          ends.close_all();
        }(client, server),
        network, {.oracle = &oracle});
    CHECK(oracle.followed() == 1);
  }
}

}  // namespace
}  // namespace rill::simnet
