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

}  // namespace
}  // namespace rill::simnet
