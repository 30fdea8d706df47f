// A run is a function of its program and its oracle, and the fingerprint covers all of it.
#include <map>

#include "tests/simnet/raw.h"

namespace rill::simnet {
namespace {

/// Clients that talk to an echo server over random links, with everything random switched on.
struct Chatter {
  std::uint64_t seed = 1;
  SeededOracle::Order order = SeededOracle::Order::random;
  Duration step_cost = microseconds(20);
  std::uint32_t short_percent = 30;
  int clients = 5;
  int rounds = 20;
  std::string first_byte = "x";
  HostId more_hosts = 0;
};

Task<> echo_all(Handle socket) {
  const Closing closing(socket);
  for (;;) {
    const Received got = co_await Receiving(socket, 100);
    if (got.result <= 0) co_return;
    const std::int64_t sent = co_await send_all(socket, got.bytes);
    if (sent < 0) co_return;
  }
}

Task<> serve(Handle listener, int connections) {
  const Closing closing(listener);
  for (int i = 0; i < connections; ++i) {
    const Accepted accepted = co_await Accepting(listener);
    spawn(echo_all, accepted.socket);
  }
}

Task<> chat(const Chatter& chatter, Address to) {
  const Connected connected = co_await Connecting(to);
  const Closing closing(connected.socket);
  for (int round = 0; round < chatter.rounds; ++round) {
    const std::string message = chatter.first_byte + pattern(50);
    co_await send_all(connected.socket, message);
    const Received echoed = co_await receive_all(connected.socket, message.size());
    CHECK((echoed.bytes == message));
  }
}

struct Outcomes {
  std::string fingerprint;
  Duration elapsed;
  std::uint64_t events = 0;
};

Outcomes outcomes(const Chatter& chatter, TraceSink* sink = nullptr) {
  NetworkOptions options;
  options.step_cost = chatter.step_cost;
  options.short_read_percent = options.short_write_percent = options.short_segment_percent =
      chatter.short_percent;
  options.link.latency = Latency::uniform(1_ms, 10_ms);
  Pair pair(options);
  for (HostId i = 0; i < chatter.more_hosts; ++i) pair.network.add_host("h" + std::to_string(i));
  SeededOracle oracle(chatter.seed, chatter.order);
  pair.run(
      [](Pair& pair, const Chatter& chatter) -> Task<> {
        Group group;
        const Handle listener = listen_on(pair.server);
        spawn_on(pair.server, serve, listener, chatter.clients);
        for (int i = 0; i < chatter.clients; ++i) {
          spawn_on(pair.client, chat(chatter, pair.network.address(pair.server, kPort)));
        }
        co_return;
      }(pair, chatter),
      &oracle, sink);
  return {pair.report.fingerprint, pair.report.elapsed, pair.report.events};
}

TEST_CASE("the same seed is the same run; another seed is another", "[determinism]") {
  std::map<std::string, std::uint64_t> seen;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Outcomes once = outcomes({.seed = seed});
    const Outcomes twice = outcomes({.seed = seed});
    CHECK(once.fingerprint.size() == 32);
    CHECK(once.fingerprint == twice.fingerprint);
    CHECK(once.elapsed == twice.elapsed);
    CHECK(seen.emplace(once.fingerprint, seed).second);
  }
}

TEST_CASE("whatever the scenario changes, the fingerprint changes", "[determinism]") {
  const std::vector<Chatter> variants = {
      {},
      {.order = SeededOracle::Order::fifo},
      {.step_cost = microseconds(21)},
      {.short_percent = 31},
      {.clients = 4},
      {.rounds = 19},
      {.first_byte = "y"},  // one byte of content
  };
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    CHECK(seen.emplace(outcomes(variants[i]).fingerprint, i).second);
  }
}

TEST_CASE("what takes no part changes nothing: other hosts, a listening sink", "[determinism]") {
  struct Sink final : TraceSink {
    void on_event(const TraceEvent& event) override {
      CHECK(event.at >= last);
      last = event.at;
      ++events;
    }
    Instant last;
    std::uint64_t events = 0;
  } sink;
  const Outcomes plain = outcomes({});
  const Outcomes crowded = outcomes({.more_hosts = 100});
  const Outcomes watched = outcomes({}, &sink);
  CHECK(crowded.fingerprint == plain.fingerprint);
  CHECK(watched.fingerprint == plain.fingerprint);
  CHECK(sink.events >= plain.events);
}

TEST_CASE("a link's draws are its own: traffic elsewhere does not move them", "[determinism]") {
  const auto arrivals = [](bool with_traffic) {
    NetworkOptions options;
    options.link.latency = Latency::uniform(1_ms, 10_ms);
    Pair pair(options);
    const HostId third = pair.network.add_host("third");
    SeededOracle oracle(3);
    std::vector<std::int64_t> latencies;
    pair.run(
        [](Pair& pair, HostId third, bool with_traffic,
           std::vector<std::int64_t>& latencies) -> Task<> {
          const Ends ends = co_await connect_ends(pair.client, pair.server);
          const Ends other = co_await connect_ends(pair.client, third);
          for (int i = 0; i < 50; ++i) {
            const Instant start = now();
            co_await Sending(ends.client, "x");
            co_await Receiving(ends.server, 1);
            latencies.push_back((now() - start).ns);
            if (!with_traffic) continue;
            co_await Sending(other.client, "y");
            co_await Receiving(other.server, 1);
          }
          ends.close_all();
          other.close_all();
        }(pair, third, with_traffic, latencies),
        &oracle);
    return latencies;
  };
  CHECK(arrivals(false) == arrivals(true));
}

TEST_CASE("two links draw different latencies from the same distribution", "[determinism]") {
  NetworkOptions options;
  options.link.latency = Latency::uniform(1_ms, 10_ms);
  Pair pair(options);
  const HostId third = pair.network.add_host("third");
  SeededOracle oracle(3);
  pair.run(
      [](Pair& pair, HostId third) -> Task<> {
        const Ends one = co_await connect_ends(pair.client, pair.server);
        const Ends other = co_await connect_ends(pair.client, third);
        Instant start = now();
        co_await Sending(one.client, "x");
        co_await Receiving(one.server, 1);
        const Duration first = now() - start;
        start = now();
        co_await Sending(other.client, "x");  // as many draws into its link's life as the first was
        co_await Receiving(other.server, 1);
        CHECK(now() - start != first);
        one.close_all();
        other.close_all();
      }(pair, third),
      &oracle);
}

TEST_CASE("a step takes its mean of simulated time, about, and each task draws its own", "[step]") {
  // A task's steps are keyed by its ancestry (scheduler/turns.h): this is the first of nobody.
  constexpr std::uint64_t kRoot = scatter(scatter(0) + 1);
  struct Sink final : TraceSink {
    void on_event(const TraceEvent& event) override {
      if (event.kind == EventKind::decide && event.a == Site("step", kRoot).key) {
        costs.push_back(event.b);
      }
    }
    std::vector<std::uint64_t> costs;
  };
  const auto run_steps = [](int steps_of_other) {
    NetworkOptions options;
    options.step_cost = microseconds(100);
    Network network(options);
    SeededOracle oracle(5);
    Sink sink;
    run(
        [](int steps_of_other) -> Task<> {
          spawn(
              [](int steps) -> Task<> {
                for (int i = 0; i < steps; ++i) co_await null();
              },
              steps_of_other);
          for (int i = 0; i < 1000; ++i) co_await null();
          if (steps_of_other == 0) {
            CHECK(now() > Instant{95'000'000});
            CHECK(now() < Instant{105'000'000});
          }
        }(steps_of_other),
        network, {.oracle = &oracle, .trace_sink = &sink});
    return sink.costs;
  };
  const std::vector<std::uint64_t> alone = run_steps(0);
  CHECK(alone.size() == 1001);
  CHECK(run_steps(17) == alone);  // what another task does moves none of its draws
}

TEST_CASE("with a step cost, all that arrives during a step is there at its end", "[step]") {
  NetworkOptions options;
  options.step_cost = seconds(1);
  options.link.bytes_per_second = 1'000'000;  // three segments, a millisecond apart
  Pair pair(options);
  SeededOracle oracle(1);
  pair.run(
      [](Pair& pair) -> Task<> {
        const Ends ends = co_await connect_ends(pair.client, pair.server);
        const std::string data = pattern(4000);
        const Instant start = now();
        co_await Sending(ends.client, data);
        CHECK(now() - start > 10_ms);  // the step took far longer than the link
        const Received got = co_await Receiving(ends.server, 10'000);
        CHECK(got.result == 4000);
        ends.close_all();
      }(pair),
      &oracle);
}

TEST_CASE("races at awaits exist only if steps take time", "[step]") {
  // A lost update: read, await, write. The await is a round of the ready list and nothing else.
  const auto lost_updates = [](Duration step_cost) {
    int lost = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      NetworkOptions options;
      options.step_cost = step_cost;
      Pair pair(options);
      SeededOracle oracle(seed, SeededOracle::Order::random);
      pair.run(
          [](Pair& pair, int& lost) -> Task<> {
            int total = 0;
            const auto add = [](Pair& pair, int& total, Duration after) -> Task<> {
              co_await sleep(after);
              const int before = total;
              co_await null();
              total = before + 1;
              static_cast<void>(pair);
            };
            Group group;
            group.spawn(add(pair, total, 1000_us));
            group.spawn(add(pair, total, 1010_us));
            co_await group.wait();
            if (total < 2) ++lost;
          }(pair, lost),
          &oracle);
    }
    return lost;
  };
  CHECK(lost_updates(Duration()) == 0);
  CHECK(lost_updates(microseconds(10)) > 10);
}

TEST_CASE("sockets have names for people, hosts for lanes", "[trace]") {
  struct Sink final : TraceSink {
    explicit Sink(Network& n) : network(n) {}
    void on_event(const TraceEvent& event) override {
      if (event.kind < EventKind::listen || event.kind > EventKind::refuse) return;
      lines.push_back(std::string(to_string(event.kind)) + " " + network.describe(event.a) +
                      (event.text.empty() ? "" : " '" + std::string(event.text) + "'"));
    }
    Network& network;
    std::vector<std::string> lines;
  };
  Pair pair;
  Sink sink(pair.network);
  pair.run(
      [](Pair& pair) -> Task<> {
        const Ends ends = co_await connect_ends(pair.client, pair.server);
        co_await Sending(ends.client, "hello");
        co_await Receiving(ends.server, 10);
        backend().close(ends.client);
        co_await Receiving(ends.server, 10);
        ends.close_all();
        co_await sleep(10_ms);
        const Connected refused =
            co_await connect_from(pair.client, pair.network.address(pair.server, 99));
        CHECK(refused.result == -ECONNREFUSED);
      }(pair),
      nullptr, &sink);
  CHECK(sink.lines == std::vector<std::string>{
                          "listen server:7 (listening)",
                          "connect client:32768 -> server:7",
                          "established client:32768 -> server:7",
                          "established server:7 -> client:32768",
                          "accept server:7 -> client:32768",
                          "send client:32768 -> server:7 'hello'",
                          "segment server:7 -> client:32768 'hello'",
                          "deliver server:7 -> client:32768",
                          "recv server:7 -> client:32768 'hello'",
                          "close client:32768 -> server:7",
                          "shutdown client:32768 -> server:7",
                          "end_of_stream server:7 -> client:32768",
                          "close server:7 (listening)",
                          "close server:7 -> client:32768",
                          "shutdown server:7 -> client:32768",
                          "end_of_stream client:32768 -> server:7",
                          "connect client:32769 -> server:99",
                          "refuse client:32769 -> server:99",
                          "reset client:32769 -> server:99",
                          "close client:32769 -> server:99",
                      });
  CHECK(pair.network.describe(77) == "socket 77 (gone)");
}

}  // namespace
}  // namespace rill::simnet
