// A run repeats: from its seed, from the plan that was made of it, and while somebody watches; and
// what a scenario keeps may outlive it.
#include "simnet/explore/observed.h"
#include "simnet/explore/portfolio.h"
#include "simnet/explore/story.h"
#include "simnet/testing.h"

namespace rill::simnet {
namespace {

/// Tasks that draw for themselves, sleep, and talk.
Task<> talk(Simulation& sim) {
  const HostId home = sim.host("home");
  auto& said = sim.make<std::string>();
  const auto speaker = [](Simulation& s, std::string& text, char name) -> Task<> {
    const int words = s.draw("words", rc::gen::inRange(1, 10));
    for (int i = 0; i < words; ++i) {
      co_await sleep(1_ms);
      co_await null();
      text += name;
    }
  };
  for (const char name : {'a', 'b', 'c'}) {
    spawn_on(home, speaker, std::ref(sim), std::ref(said), name);
  }
  sim.finally("b never speaks last, says somebody who is wrong",
              [&said] { return said.back() != 'b'; });
  co_return;
}

TEST_CASE("whatever the strategy, a plan repeats what its seed did", "[search]") {
  int failures = 0;
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    const Attempt attempt = attempt_of(seed);
    Plan plan;
    plan.seed = seed;
    SearchOracle oracle(seed, attempt.strategy);
    const RunResult first = run_once(talk, {}, attempt.world, plan, oracle, nullptr);
    for (const Decision& decision : oracle.decisions()) {
      plan.deviations.push_back({decision.site, decision.nth, decision.choice});
    }
    const RunResult again = run_plan(talk, {}, plan, nullptr);
    CHECK(again.verdict == first.verdict);
    CHECK(again.steps == first.steps);
    CHECK(again.elapsed == first.elapsed);
    failures += first.verdict == RunResult::Verdict::failed ? 1 : 0;
  }
  CHECK(failures > 5);
}

/// Tasks that pass values through a channel. Their type is nothing that a schedule depends on.
template <class Value>
Task<> pass_on(Simulation& sim) {
  auto& channel = sim.make<Channel<Value>>(1);
  const auto give = [](Channel<Value>& values) -> Task<> {
    for (int i = 0; i < 5; ++i) co_await values.push({});
  };
  spawn(give, std::ref(channel));
  spawn(give, std::ref(channel));
  for (int i = 0; i < 10; ++i) co_await channel.pop();
}

TEST_CASE("a type of another name is not another run", "[search]") {
  struct Before {};
  struct After {};
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    Plan plan;
    plan.seed = seed;
    plan.strategy = attempt_of(seed).strategy;
    CHECK(run_plan(pass_on<Before>, {}, plan, nullptr).fingerprint ==
          run_plan(pass_on<After>, {}, plan, nullptr).fingerprint);
  }
}

TEST_CASE("a run that is watched is the run that it was", "[search]") {
  Observer observer;
  const RunResult alone = run_plan(talk, {}, {}, nullptr);
  const RunResult watched = run_plan(talk, {}, {}, &observer);
  CHECK(alone.fingerprint == watched.fingerprint);
  CHECK(alone.events == watched.events);
}

TEST_CASE("of a plan without deviations nothing is told", "[search]") {
  Observer observer;
  run_plan(talk, {}, {}, &observer);
  INFO(summary(observer));
  CHECK(summary(observer).starts_with("nothing out of the ordinary happens"));
}

TEST_CASE("a range is drawn from end to end", "[search]") {
  int least = 1'000;
  int most = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Plan plan;
    plan.seed = seed;
    const auto draw = [&](Simulation& sim) -> Task<> {
      const int drawn = sim.draw("number", rc::gen::inRange(1, 1'000));
      least = std::min(least, drawn);
      most = std::max(most, drawn);
      co_return;
    };
    run_plan(draw, {}, plan, nullptr);
  }
  CHECK(least < 50);
  CHECK(most > 900);
}

TEST_CASE("what a scenario keeps may hold a connection and a listener", "[search]") {
  const auto keep_both = [](Simulation& sim) -> Task<> {
    auto& listening = sim.make<std::optional<Listener>>();
    auto& connected = sim.make<std::optional<Connection>>();
    listening.emplace("", 7);
    Connection connection = co_await connect(Address::loopback_ipv4(7));
    connected.emplace(std::move(connection));
  };
  const RunResult result = run_plan(keep_both, {}, {}, nullptr);
  CHECK(result.verdict == RunResult::Verdict::passed);
}

TEST_CASE("what a scenario keeps is destroyed the last one first", "[search]") {
  struct Noting {
    Noting(std::vector<int>& o, int n) : order(o), number(n) {}
    ~Noting() { order.push_back(number); }
    std::vector<int>& order;
    int number;
  };
  std::vector<int> order;
  const auto keep_three = [&order](Simulation& sim) -> Task<> {
    for (const int number : {1, 2, 3}) sim.make<Noting>(order, number);
    co_return;
  };
  run_plan(keep_three, {}, {}, nullptr);
  CHECK(order == std::vector<int>{3, 2, 1});
}

TEST_CASE("invariants and goals may ask for the time", "[search]") {
  const auto timed = [](Simulation& sim, Duration length) -> Task<> {
    sim.always("less than a minute passes", [] { return now() - Instant() < 60_s; });
    sim.finally("a second passes", [] { return now() - Instant() >= 1_s; });
    co_await sleep(length);
  };
  const auto result_of = [&](Duration length) {
    return run_plan([&](Simulation& sim) { return timed(sim, length); }, {}, {}, nullptr);
  };
  CHECK(result_of(1_s).verdict == RunResult::Verdict::passed);
  CHECK(result_of(0_s).sentence == "in the end: a second passes");
  CHECK(result_of(60_s).sentence == "always: less than a minute passes");
}

TEST_CASE("a plan without deviations has the steps that the options ask for", "[search]") {
  const auto steps = [](Simulation&) -> Task<> {
    for (int i = 0; i < 5; ++i) co_await null();
  };
  ExploreOptions options;
  options.network.step_cost = 1_ms;
  SearchOracle oracle(3, Strategy::fifo);
  const RunResult plain = run_once(steps, options, World::plain, {}, oracle, nullptr);
  Plan plan;
  for (const Decision& decision : oracle.decisions()) {
    plan.deviations.push_back({decision.site, decision.nth, decision.choice});
  }
  CHECK(plain.elapsed > Duration());
  CHECK(run_plan(steps, options, plan, nullptr).elapsed == plain.elapsed);
}

TEST_CASE("the shrinker's budget is one of steps too", "[shrink]") {
  const auto loop = [](Simulation& sim) -> Task<> {
    sim.draw("number", rc::gen::inRange(1'000'000, 2'000'000));
    for (;;) co_await null();
  };
  ExploreOptions options;
  options.most_steps = 1'000;
  options.shrink_steps = 1'000;
  Plan plan;
  plan.seed = 9;
  const RunResult result = run_plan(loop, options, plan, nullptr);
  REQUIRE(result.verdict == RunResult::Verdict::failed);
  const Shrunk shrunk = shrink(loop, options, plan, result, {});
  CHECK(shrunk.runs == 1);
  CHECK_FALSE(shrunk.is_minimal);
}

}  // namespace
}  // namespace rill::simnet
