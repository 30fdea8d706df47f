// Names and signals of the simulated network.
#include <csignal>

#include "scheduler/run_options.h"
#include "tests/simnet/raw.h"

namespace rill::simnet {
namespace {

constexpr std::uint64_t bit_of(int number) { return std::uint64_t{1} << (number - 1); }

TEST_CASE("a host's name is found after 2 ms: its IPv4 address, then its IPv6 one", "[names]") {
  Pair pair;
  pair.run([]() -> Task<> {
    const Resolved found = co_await Resolving("server", 80);
    CHECK(found.result == 0);
    REQUIRE(found.addresses.size() == 2);
    CHECK(to_string(found.addresses[0]) == "10.0.0.2:80");
    CHECK(to_string(found.addresses[1]) == "[fd00::2]:80");
    CHECK(now() == Instant{2'000'000});
  }());
}

TEST_CASE("literals and localhost need no time", "[names]") {
  Pair pair;
  pair.run([]() -> Task<> {
    const Resolved literal = co_await Resolving("192.0.2.7", 80);
    const Resolved six = co_await Resolving("::1", 81);
    const Resolved local = co_await Resolving("localhost", 82);
    CHECK(to_string(literal.addresses.at(0)) == "192.0.2.7:80");
    CHECK(to_string(six.addresses.at(0)) == "[::1]:81");
    CHECK(to_string(local.addresses.at(0)) == "127.0.0.1:82");
    CHECK(now() == Instant{0});
  }());
}

TEST_CASE("names that are not there: ENOENT; a silent name server: EAGAIN after 10 s", "[names]") {
  Pair pair;
  pair.network.add_name("gone.example", {},
                        {.answer = NameOptions::Answer::not_found, .delay = 7_ms});
  pair.network.add_name("silent.example", {}, {.answer = NameOptions::Answer::silence});
  pair.run([]() -> Task<> {
    const Resolved unknown = co_await Resolving("unknown.example", 80);
    CHECK(unknown.result == -ENOENT);
    CHECK(now() == Instant{2'000'000});
    const Resolved gone = co_await Resolving("gone.example", 80);
    CHECK(gone.result == -ENOENT);
    CHECK(now() == Instant{9'000'000});
    const Resolved silent = co_await Resolving("silent.example", 80);
    CHECK(silent.result == -EAGAIN);
    CHECK(now() == Instant{10'009'000'000});
  }());
}

TEST_CASE("a name can have many addresses, can change, and can stand in for a host's", "[names]") {
  Pair pair;
  pair.network.add_name("many.example", {Address::ipv4(1, 2, 3, 4), Address::ipv4(5, 6, 7, 8)});
  pair.network.add_name("server", {Address::ipv4(9, 9, 9, 9)}, {.delay = 50_ms});
  pair.run([](Pair& pair) -> Task<> {
    const Resolved many = co_await Resolving("many.example", 80);
    REQUIRE(many.addresses.size() == 2);
    CHECK(to_string(many.addresses[1]) == "5.6.7.8:80");
    const Resolved stale = co_await Resolving("server", 80);
    CHECK(to_string(stale.addresses.at(0)) == "9.9.9.9:80");
    pair.network.add_name("many.example", {Address::ipv4(1, 1, 1, 1)});
    const Resolved changed = co_await Resolving("many.example", 80);
    CHECK(to_string(changed.addresses.at(0)) == "1.1.1.1:80");
  }(pair));
}

TEST_CASE("a killed lookup leaves nothing to wait for", "[names][kill]") {
  Pair pair;
  pair.network.add_name("silent.example", {}, {.answer = NameOptions::Answer::silence});
  pair.run([](Pair& pair) -> Task<> {
    const TaskRef lookup = spawn([]() -> Task<> { co_await Resolving("silent.example", 1); });
    co_await sleep(1_s);
    CHECK(pair.network.events_in_flight() == 1);
    co_await kill(lookup);
    CHECK(pair.network.events_in_flight() == 0);
    const Resolved found = co_await Resolving("server", 80);  // beside the cancelled one
    CHECK(found.result == 0);
  }(pair));
}

Task<> wait_for_signal(std::uint64_t mask, std::int64_t& got) {
  const std::int64_t number = co_await Signalled(mask);
  got = number;
}

TEST_CASE("a signal reaches everybody on its host who waits for it, and nobody else", "[signals]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    std::int64_t one = 0;
    std::int64_t two = 0;
    std::int64_t other_signal = 0;
    std::int64_t other_host = 0;
    const std::uint64_t ends = bit_of(SIGTERM) | bit_of(SIGINT);
    spawn_on(pair.server, wait_for_signal(ends, one));
    spawn_on(pair.server, wait_for_signal(bit_of(SIGTERM), two));
    const TaskRef hup = spawn_on(pair.server, wait_for_signal(bit_of(SIGHUP), other_signal));
    const TaskRef client = spawn_on(pair.client, wait_for_signal(ends, other_host));
    co_await sleep(1_ms);
    pair.network.raise_signal(pair.server, SIGTERM);
    co_await sleep(1_ms);
    CHECK(one == SIGTERM);
    CHECK(two == SIGTERM);
    CHECK(other_signal == 0);
    CHECK(other_host == 0);
    co_await kill(hup);
    co_await kill(client);
  }(pair));
}

TEST_CASE("a signal that nobody waits for is remembered once; the lowest number goes first",
          "[signals]") {
  Pair pair;
  pair.network.raise_signal(0, SIGTERM);
  pair.network.raise_signal(0, SIGTERM);
  pair.network.raise_signal(0, SIGINT);
  pair.run([]() -> Task<> {
    const std::uint64_t ends = bit_of(SIGTERM) | bit_of(SIGINT);
    const std::int64_t first = co_await Signalled(ends);
    const std::int64_t second = co_await Signalled(ends);
    CHECK(first == SIGINT);
    CHECK(second == SIGTERM);
    std::int64_t third = 0;
    const TaskRef waiting = spawn(wait_for_signal(ends, third));
    co_await sleep(1_ms);
    CHECK(!waiting.has_ended());
    co_await kill(waiting);
  }());
}

TEST_CASE("signals that cannot be waited for are refused", "[signals]") {
  Pair pair;
  pair.run([]() -> Task<> {
    const std::int64_t none = co_await Signalled(0);
    const std::int64_t unstoppable = co_await Signalled(bit_of(SIGKILL) | bit_of(SIGTERM));
    CHECK(none == -EINVAL);
    CHECK(unstoppable == -EINVAL);
  }());
  CHECK_THROWS_AS(pair.network.raise_signal(0, 0), UsageError);
  CHECK_THROWS_AS(pair.network.raise_signal(99, SIGTERM), UsageError);
}

TEST_CASE("hosts have names that differ, and addresses by number", "[hosts]") {
  Network network;
  CHECK(network.host_name(0) == "local");
  const HostId first = network.add_host("first");
  CHECK(first == 1);
  CHECK(network.host_name(first) == "first");
  CHECK_THROWS_AS(network.add_host("first"), UsageError);
  CHECK_THROWS_AS(network.add_host("localhost"), UsageError);
  CHECK_THROWS_AS(network.add_host(""), UsageError);
  CHECK_THROWS_AS(network.host_name(2), UsageError);
  for (int i = 2; i <= 300; ++i) network.add_host("h" + std::to_string(i));
  CHECK(to_string(network.address(300, 80)) == "10.0.1.44:80");
  CHECK(to_string(network.address_ipv6(300)) == "[fd00::12c]:0");
  CHECK(to_string(network.address(0)) == "10.255.255.254:0");
}

TEST_CASE("options that make no sense are refused with a sentence", "[hosts]") {
  Network network;
  CHECK_THROWS_AS(network.set_link(0, 7, {}), UsageError);
  CHECK_THROWS_AS(network.set_link(0, 0, {.segment_bytes = 0}), UsageError);
  CHECK_THROWS_AS(network.set_link(0, 0, {.latency = Latency::uniform(2_ms, 1_ms)}), UsageError);
  CHECK_THROWS_AS(network.set_host(0, {.receive_buffer_bytes = 0}), UsageError);
  CHECK_THROWS_AS(network.set_host(0, {.first_ephemeral_port = 2, .last_ephemeral_port = 1}),
                  UsageError);
  NetworkOptions options;
  options.short_read_percent = 101;
  CHECK_THROWS_AS(Network(options), UsageError);
}

}  // namespace
}  // namespace rill::simnet
