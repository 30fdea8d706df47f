// Clocks of hosts: off, fast, slow, set. Nobody else's time changes by it.
#include "simnet/clocks.h"

#include "tests/simnet/raw.h"
#include "tests/testing/property.h"

namespace rill::simnet {
namespace {

/// What a task on `host` sees of its clocks now.
struct Reading {
  Duration monotonic;
  Duration wall;  // since the epoch of the simulation
};

Task<> read_into(Reading& reading) {
  reading = {now() - Instant(), wall_clock() - kEpoch};
  co_return;
}

Task<Reading> read_on(HostId host) {
  Reading reading;
  const TaskRef task = spawn_on(host, read_into, std::ref(reading));
  co_await join(task);
  co_return reading;
}

TEST_CASE("without options every host has the network's clock, from the year 2000 on", "[clocks]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    co_await sleep(90_s);
    const Reading reading = co_await read_on(pair.server);
    CHECK(reading.monotonic == 90_s);
    CHECK(reading.wall == 90_s);
    CHECK(wall_clock().ns / 1'000'000'000 == 946'684'800 + 90);
  }(pair));
}

TEST_CASE("a skewed clock is off from the start; the monotonic one is never behind", "[clocks]") {
  Pair pair;
  pair.network.set_clock(pair.server, {.skew = 7_s});
  pair.network.set_clock(pair.client, {.skew = Duration() - 7_s});
  pair.run([](Pair& pair) -> Task<> {
    co_await sleep(1_s);
    const Reading ahead = co_await read_on(pair.server);
    const Reading behind = co_await read_on(pair.client);
    const Reading other = co_await read_on(0);
    CHECK(ahead.monotonic == 8_s);
    CHECK(ahead.wall == 8_s);
    CHECK(behind.monotonic == 1_s);
    CHECK(behind.wall == Duration() - 6_s);
    CHECK(other.monotonic == 1_s);
  }(pair));
}

TEST_CASE("sleep and timeout last as long as the host's own clock says", "[clocks]") {
  Pair pair;
  pair.network.set_clock(pair.server, {.drift_ppm = 250'000});   // 5 s of it are 4 s
  pair.network.set_clock(pair.client, {.drift_ppm = -500'000});  // 5 s of it are 10 s
  pair.run([](Pair& pair) -> Task<> {
    const auto sleeper = []() -> Task<> {
      const Instant begin = now();
      co_await sleep(5_s);
      CHECK(now() - begin == 5_s);
    };
    const auto hurried = []() -> Task<> {
      const Instant begin = now();
      const Outcome outcome = co_await timeout(5_s, []() -> Task<> { co_await sleep(1000_s); }());
      CHECK(outcome == Outcome::timed_out);
      CHECK(now() - begin == 5_s);
    };
    const TaskRef slow = spawn_on(pair.client, sleeper);
    const TaskRef slow_too = spawn_on(pair.client, hurried);
    const TaskRef fast = spawn_on(pair.server, sleeper);
    const TaskRef fast_too = spawn_on(pair.server, hurried);
    co_await join(fast);
    co_await join(fast_too);
    CHECK(now() == Instant{4'000'000'000});
    co_await join(slow);
    co_await join(slow_too);
    CHECK(now() == Instant{10'000'000'000});
  }(pair));
}

TEST_CASE("setting a clock while it runs never turns the monotonic one back", "[clocks]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    pair.network.set_clock(pair.server, {.skew = 10_s});
    co_await sleep(5_s);
    pair.network.set_clock(pair.server, {.drift_ppm = 100'000});
    const Reading at_once = co_await read_on(pair.server);
    CHECK(at_once.monotonic == 15_s);
    CHECK(at_once.wall == 5_s);
    co_await sleep(10_s);
    const Reading later = co_await read_on(pair.server);
    CHECK(later.monotonic == 26_s);
    CHECK(later.wall == 16_s);
  }(pair));
}

TEST_CASE("a jump moves the wall clock of one host, and no other clock", "[clocks]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    co_await sleep(5_s);
    pair.network.jump_clock(pair.server, Duration() - 3600_s);
    const Reading jumped = co_await read_on(pair.server);
    const Reading other = co_await read_on(pair.client);
    CHECK(jumped.monotonic == 5_s);
    CHECK(jumped.wall == Duration() - 3595_s);
    CHECK(other.wall == 5_s);
  }(pair));
}

TEST_CASE("a crash stops no clock", "[clocks][crash]") {
  Pair pair;
  pair.network.set_clock(pair.server, {.drift_ppm = 1000});
  pair.run([](Pair& pair) -> Task<> {
    pair.network.crash(pair.server);
    co_await sleep(1000_s);
    pair.network.restart(pair.server);
    co_await null();
    const Reading reading = co_await read_on(pair.server);
    CHECK(reading.monotonic == 1001_s);
  }(pair));
}

TEST_CASE("a drift beyond all clocks is refused", "[clocks]") {
  Pair pair;
  CHECK_THROWS_AS(pair.network.set_clock(pair.server, {.drift_ppm = -500'001}), UsageError);
  CHECK_THROWS_AS(pair.network.set_clock(9, {}), UsageError);
}

RILL_PROPERTY("when() is the first moment at which a clock shows what is asked for") {
  Clocks clocks;
  const Instant end =
      *rc::gen::arbitrary<bool>() ? Instant{*rc::gen::inRange(0, 4'000'000)} : Instant::never();
  std::int64_t at = 0;
  Instant showed;
  for (int i = 0; i < 4; ++i) {
    at += *rc::gen::inRange(0, 1'000'000);
    clocks.set(1,
               {.skew = Duration(*rc::gen::inRange(-5'000'000, 5'000'000)),
                .drift_ppm = *rc::gen::inRange(-500'000, 500'001)},
               Instant{at}, end);
    RC_ASSERT(clocks.shown(1, Instant{at}) >= showed);
    at += *rc::gen::inRange(0, 1'000'000);
    showed = clocks.shown(1, Instant{at});
    const Instant wanted = showed + Duration(*rc::gen::inRange(1, 3'000'000));
    const Instant when = clocks.when(1, wanted);
    RC_ASSERT(when.ns > at);
    RC_ASSERT(clocks.shown(1, when) >= wanted);
    RC_ASSERT(clocks.shown(1, Instant{when.ns - 1}) < wanted);
  }
}

TEST_CASE("a sleep without end stays without end on any clock", "[clocks]") {
  Clocks clocks;
  clocks.set(1, {.skew = 1_s, .drift_ppm = -400'000}, Instant(), Instant::never());
  CHECK(clocks.when(1, Instant::never()) == Instant::never());
  CHECK(clocks.when(1, Instant{Instant::never().ns - 1}) == Instant::never());
  clocks.set(1, {.skew = 1_s, .drift_ppm = -400'000}, Instant(), Instant{1'000'000'000});
  CHECK(clocks.when(1, Instant::never()) == Instant::never());
}

/// Always the first alternative after "nothing".
class Eager final : public Oracle {
 public:
  std::uint64_t decide(Site& site, std::uint64_t) override { return ++site.count, 1; }
  bool orders_tasks() const override { return false; }
};

TEST_CASE(
    "the menu: each host's clock is off once, wall clocks jump when they are looked at; "
    "drift ends with the faults",
    "[clocks][faults]") {
  NetworkOptions options;
  options.faults = FaultMenu({Fault::clock_skew, Fault::clock_drift, Fault::clock_jump}, 1'000'000);
  options.faults.until = Instant{100'000'000'000};
  Eager oracle;
  Pair pair(options);
  run(
      [](Pair& pair) -> Task<> {
        CHECK(pair.network.fault_count(Fault::clock_skew) == 3);
        CHECK(pair.network.fault_count(Fault::clock_drift) == 3);
        CHECK(now() == Instant{10'000'000});  // 10 ms ahead
        const WallTime one = wall_clock();
        const WallTime two = wall_clock();
        CHECK(one - kEpoch == 510_ms);
        CHECK(two - one == 500_ms);
        CHECK(pair.network.fault_count(Fault::clock_jump) == 2);
        pair.network.add_host("late");
        CHECK(pair.network.fault_count(Fault::clock_skew) == 4);
        co_await sleep(200_s);
        CHECK(pair.network.now() == Instant{199'998'000'000});  // 20 ppm of 100 s
        const WallTime three = wall_clock();
        const WallTime four = wall_clock();
        CHECK(three == four);
      }(pair),
      pair.network, {.oracle = &oracle});
}

}  // namespace
}  // namespace rill::simnet
