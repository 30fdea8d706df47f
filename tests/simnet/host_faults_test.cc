// A server with a boot program under crashes at every moment, and under the fault menu: it serves
// again, nothing is left, and the same seed is the same run.
#include "net/net.h"
#include "tests/simnet/raw.h"

namespace rill::simnet {
namespace {

constexpr int kRounds = 3;

Task<> echoer(Connection connection) {
  for (;;) {
    const std::string data = co_await connection.recv(1024);
    if (data.empty()) co_return;
    co_await connection.sendall(data);
  }
}

Task<> serve() { co_await server("0.0.0.0", kPort, echoer); }

/// One exchange; throws NetError when the world is against it.
Task<bool> exchange(std::string line) {
  Connection connection = co_await connect("server", kPort);
  co_await connection.sendall(line);
  connection.shutdown_write();
  std::string all;
  for (;;) {
    const std::string part = co_await connection.recv(7);
    if (part.empty()) co_return all == line;
    all += part;
  }
}

/// Tries until it worked, as one must who talks to machines that crash.
Task<> persistent_client(int& done) {
  for (int round = 0; round < kRounds;) {
    bool was_right = false;
    try {
      const std::optional<bool> answer =
          co_await timeout(2_s, exchange("round " + std::to_string(round) + "\n"));
      was_right = answer.value_or(false);
    } catch (const NetError&) {
    }
    if (was_right) ++round;
    if (!was_right) co_await sleep(100_ms);
  }
  ++done;
}

/// Each step takes 20 us, everything else goes the plain way.
class Metronome final : public Oracle {
 public:
  std::uint64_t decide(Site& site, std::uint64_t) override {
    ++site.count;
    return std::string_view(site.name) == "step" ? 20'000 : 0;
  }
  bool orders_tasks() const override { return false; }
};

void expect_nothing_left(Network& network, std::uint64_t frames) {
  CHECK(network.open_sockets() == 0);
  run([]() -> Task<> { co_await sleep(600_s); }(), network, {.stop_with_root = true});
  CHECK(network.socket_records() == 0);
  CHECK(network.blocks_in_use() == 0);
  CHECK(network.events_in_flight() == 0);
  CHECK(frame_pool.blocks_in_use() == frames);
}

Task<> crash_at(Pair& pair, HostId victim, int step, int& done, bool& was_over) {
  const TaskRef one = spawn_on(pair.client, persistent_client, std::ref(done));
  const TaskRef two = spawn_on(pair.client, persistent_client, std::ref(done));
  for (int i = 0; i < step; ++i) co_await null();
  was_over = one.has_ended() && two.has_ended();
  pair.network.crash(victim);
  co_await sleep(50_ms);
  pair.network.restart(victim);
  if (victim == pair.client) spawn_on(pair.client, persistent_client, std::ref(done));
  co_await join(one);
  co_await join(two);
  while (done < (victim == pair.client ? 1 : 2)) co_await sleep(1_s);
}

TEST_CASE("crash at every step of an echo program: nothing leaks, and it serves again",
          "[crash][kill]") {
  const bool is_server = GENERATE(true, false);
  int steps = 0;
  for (bool was_over = false; !was_over; ++steps) {
    CAPTURE(is_server, steps);
    NetworkOptions options;
    options.step_cost = 20_us;
    Metronome oracle;
    Pair pair(options);
    const HostId victim = is_server ? pair.server : pair.client;
    const std::uint64_t frames = frame_pool.blocks_in_use();
    pair.network.boot(pair.server, serve);
    int done = 0;
    run(crash_at(pair, victim, steps, done, was_over), pair.network,
        {.stop_with_root = true, .oracle = &oracle});
    CHECK(done >= 1);
    pair.network.boot(pair.server, nullptr);
    expect_nothing_left(pair.network, frames);
  }
  CHECK(steps > 300);  // the program is as long as we think
}

struct MenuRun {
  std::string fingerprint;
  std::uint64_t crashes = 0;
  std::uint64_t pauses = 0;
  Duration elapsed;
};

MenuRun run_with(const FaultMenu& menu, std::uint64_t seed, TraceSink* sink = nullptr) {
  NetworkOptions options;
  options.faults = menu;
  options.link.latency = Latency::uniform(1_ms, 5_ms);
  options.step_cost = 50_us;
  SeededOracle oracle(seed, SeededOracle::Order::random);
  Pair pair(options);
  const std::uint64_t frames = frame_pool.blocks_in_use();
  pair.network.boot(pair.server, serve);
  int done = 0;
  RunReport report;
  run(
      [](Pair& pair, int& done) -> Task<> {
        Group clients;
        const auto body = [](Pair& pair, int& done) -> Task<> {
          const TaskRef task = spawn_on(pair.client, persistent_client, std::ref(done));
          co_await join(task);
        };
        for (int i = 0; i < 4; ++i) clients.spawn(body, std::ref(pair), std::ref(done));
        co_await clients.wait();
      }(pair, done),
      pair.network,
      {.stop_with_root = true, .oracle = &oracle, .trace_sink = sink, .report = &report});
  CHECK(done == 4);
  CHECK(pair.network.is_up(pair.server));
  const MenuRun result{report.fingerprint, pair.network.fault_count(Fault::crash),
                       pair.network.fault_count(Fault::pause), report.elapsed};
  pair.network.boot(pair.server, nullptr);
  expect_nothing_left(pair.network, frames);
  return result;
}

TEST_CASE("the menu crashes and pauses hosts; the program ends, and a seed is a run", "[faults]") {
  FaultMenu menu({Fault::crash, Fault::pause}, 50'000);
  menu.until = Instant{60'000'000'000};
  std::uint64_t crashes = 0;
  std::uint64_t pauses = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    const MenuRun first = run_with(menu, seed);
    const MenuRun second = run_with(menu, seed);
    CHECK(first.fingerprint == second.fingerprint);
    CHECK(first.elapsed < 140_s);  // after the last fault: what was sent, and connects, again
    crashes += first.crashes;
    pauses += first.pauses;
  }
  CHECK(crashes > 0);
  CHECK(pauses > 0);
}

TEST_CASE("with a rate of 0, and from `until` on, no fault strikes and no question is asked",
          "[faults]") {
  const MenuRun plain = run_with({}, 1);
  FaultMenu over({Fault::crash, Fault::pause, Fault::clock_skew, Fault::resolve_fail}, 1'000'000);
  over.until = Instant();
  const MenuRun none = run_with(over, 1);
  CHECK(none.fingerprint == plain.fingerprint);
  CHECK(none.crashes + none.pauses == 0);
}

/// The faults of the story.
class Stories final : public TraceSink {
 public:
  void on_event(const TraceEvent& event) override {
    if (event.kind == EventKind::fault) told.emplace_back(event.text);
  }
  std::vector<std::string> told;
};

/// Strikes once, when it is asked for the first time at a site of this name, with `strength`.
class OneStrike final : public Oracle {
 public:
  OneStrike(const char* site, std::uint64_t strength) : site_(site), strength_(strength) {}
  std::uint64_t decide(Site& site, std::uint64_t) override {
    ++site.count;
    return site.name == site_ ? std::exchange(strength_, 0) : 0;
  }
  bool orders_tasks() const override { return false; }

 private:
  std::string_view site_;
  std::uint64_t strength_;
};

TEST_CASE("a crash and a pause are told as a story, last as long as it says, and heal",
          "[faults]") {
  const bool is_crash = GENERATE(true, false);
  NetworkOptions options;
  options.faults = FaultMenu({Fault::crash, Fault::pause}, 1000);
  options.faults.until = Instant{3'000'000'000};
  OneStrike oracle(is_crash ? "crash" : "pause", 7);
  Stories stories;
  Pair pair(options);
  pair.network.boot(pair.server, serve);
  int done = 0;
  RunReport report;
  run(
      [](Pair& pair, int& done) -> Task<> {
        const TaskRef task = spawn_on(pair.client, persistent_client, std::ref(done));
        co_await join(task);
      }(pair, done),
      pair.network,
      {.stop_with_root = true, .oracle = &oracle, .trace_sink = &stories, .report = &report});
  CHECK(done == 1);
  // 4.096 s would be over after `until`: it heals then.
  CHECK(report.elapsed > 3_s);
  CHECK(report.elapsed < 3500_ms);
  const auto expected = is_crash ? std::vector<std::string>{"host server crashes, back in 4.096 s",
                                                            "host server starts again"}
                                 : std::vector<std::string>{"host server stands still for 4.096 s",
                                                            "host server goes on"};
  CHECK(stories.told == expected);
}

TEST_CASE("a run that waits for nothing but the restart of a host is not hopeless", "[faults]") {
  NetworkOptions options;
  options.faults.set(Fault::crash, 1000);
  OneStrike oracle("crash", 9);
  Pair pair(options);
  Event is_back;
  int starts = 0;
  pair.network.boot(pair.server, [&]() -> Task<> {
    if (++starts == 2) is_back.set();
    co_return;
  });
  run(
      [](Pair& pair, Event& is_back) -> Task<> {
        const Address server = pair.network.address(pair.server, 1);
        const auto knock = [](Address to) -> Task<> { co_await Connecting(to); };
        co_await timeout(1_s, knock(server));
        co_await is_back.wait();
        CHECK(now() == Instant{65'537'000'000});  // the SYN arrived after 1 ms
      }(pair, is_back),
      pair.network, {.oracle = &oracle});
  CHECK(starts == 2);
}

TEST_CASE("a host that is added in front leaves the decisions about the others as they were",
          "[faults]") {
  const auto faults_of_server = [](std::uint64_t seed, bool has_another) {
    NetworkOptions options;
    options.faults = FaultMenu({Fault::clock_skew}, 900'000);
    SeededOracle oracle(seed);
    Stories stories;
    Network network(options);
    if (has_another) network.add_host("another");
    network.add_host("server");
    run([]() -> Task<> { co_return; }(), network, {.oracle = &oracle, .trace_sink = &stories});
    std::erase_if(stories.told, [](const std::string& s) { return s.find("server") == s.npos; });
    return stories.told;
  };
  std::size_t struck = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CHECK(faults_of_server(seed, false) == faults_of_server(seed, true));
    struck += faults_of_server(seed, false).size();
  }
  CHECK(struck > 5);
  CHECK(struck < 20);
}

}  // namespace
}  // namespace rill::simnet
