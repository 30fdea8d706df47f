// All schedules with at most so many deviations: what the enumeration claims, and that leaving out
// equivalent schedules loses no mistake.
#include "simnet/explore/schedules.h"

#include <iostream>

#include "simnet/testing.h"

namespace rill::simnet {
namespace {

/// Hosts that have nothing to do with the mistake: they talk to each other meanwhile.
Task<> chatter(Simulation& sim, int hosts) {
  for (int i = 0; i < hosts; ++i) {
    const HostId host = sim.host("other" + std::to_string(i));
    spawn_on(host, []() -> Task<> {
      for (int round = 0; round < 3; ++round) co_await sleep(1_ms);
    });
    spawn_on(host, []() -> Task<> {
      for (int round = 0; round < 3; ++round) co_await null();
    });
  }
  co_return;
}

struct State {
  int total = 0;
  bool is_ready = false;
  int woken = 0;
  Semaphore guard{1};
  Semaphore left{1};
  Semaphore right{1};
  Event event;
};

Task<> lost_update(State& state, bool is_right) {
  std::optional<Semaphore::Permit> permit;
  if (is_right) permit = co_await state.guard.acquire();
  const int before = state.total;
  co_await null();
  state.total = before + 1;
}

/// Started one after the other has ended, as a plain schedule has it.
Task<> updates(Simulation& sim, bool is_right) {
  auto& state = sim.make<State>();
  const HostId home = sim.host("home");
  co_await chatter(sim, 5);
  const TaskRef one = spawn_on(home, lost_update, std::ref(state), is_right);
  co_await null();
  co_await null();
  const TaskRef other = spawn_on(home, lost_update, std::ref(state), is_right);
  co_await join(one);
  co_await join(other);
  sim.require(state.total == 2, "every addition counts");
}

Task<> take_both(Semaphore& first, Semaphore& second) {
  const Semaphore::Permit one = co_await first.acquire();
  co_await null();
  const Semaphore::Permit other = co_await second.acquire();
}

Task<> locks(Simulation& sim, bool is_right) {
  auto& state = sim.make<State>();
  const HostId home = sim.host("home");
  co_await chatter(sim, 5);
  spawn_on(home, take_both, std::ref(state.left), std::ref(state.right));
  co_await null();
  co_await null();
  co_await null();
  co_await null();
  spawn_on(home, take_both, std::ref(is_right ? state.left : state.right),
           std::ref(is_right ? state.right : state.left));
}

/// Looks, awaits, and then waits for what may have happened meanwhile.
Task<> wakeup(Simulation& sim, bool is_right) {
  auto& state = sim.make<State>();
  const HostId home = sim.host("home");
  co_await chatter(sim, 5);
  const TaskRef waiter = spawn_on(
      home,
      [](State& state, bool is_right) -> Task<> {
        if (!state.is_ready) {
          if (!is_right) {
            co_await null();
            state.event.clear();
          }
          co_await state.event.wait();
        }
        ++state.woken;
      },
      std::ref(state), is_right);
  co_await sleep(1_ms);
  spawn_on(
      home,
      [](State& state) -> Task<> {
        state.is_ready = true;
        state.event.set();
        co_return;
      },
      std::ref(state));
  co_await join(waiter);
}

struct Program {
  const char* name;
  Task<> (*scenario)(Simulation&, bool);
};
constexpr Program kPrograms[] = {{"updates", updates}, {"locks", locks}, {"wakeup", wakeup}};

ScheduleSearch all_schedules(const Program& program, bool is_right, bool reduces) {
  const Scenario scenario = [&](Simulation& sim) { return program.scenario(sim, is_right); };
  return try_all_schedules(scenario, {}, {.deviations = 2, .reduces = reduces});
}

TEST_CASE("the enumeration finds each mistake, and none in its twin", "[schedules]") {
  for (const Program& program : kPrograms) {
    INFO(program.name);
    CHECK(all_schedules(program, false, true).failing);
    const ScheduleSearch twin = all_schedules(program, true, true);
    CHECK_FALSE(twin.failing);
    CHECK(twin.is_complete);
  }
}

TEST_CASE("without equivalent schedules it takes a tenth of the runs, and finds the same",
          "[schedules]") {
  std::uint64_t reduced = 0;
  std::uint64_t all = 0;
  for (const Program& program : kPrograms) {
    INFO(program.name);
    const ScheduleSearch few = all_schedules(program, true, true);
    const ScheduleSearch many = all_schedules(program, true, false);
    CHECK(few.is_complete);
    CHECK(many.is_complete);
    std::cout << program.name << ": " << few.runs << " instead of " << many.runs << " runs\n";
    reduced += few.runs;
    all += many.runs;
    CHECK(all_schedules(program, false, true).failing.has_value() ==
          all_schedules(program, false, false).failing.has_value());
  }
  CHECK(all >= 10 * reduced);
}

TEST_CASE("the number of schedules is the same each time, and a bound on it is said",
          "[schedules]") {
  CHECK(all_schedules(kPrograms[0], true, true).runs ==
        all_schedules(kPrograms[0], true, true).runs);
  const Scenario scenario = [](Simulation& sim) { return updates(sim, true); };
  const ScheduleSearch cut_off =
      try_all_schedules(scenario, {}, {.deviations = 2, .most_runs = 10});
  CHECK(cut_off.runs == 10);
  CHECK_FALSE(cut_off.is_complete);
}

TEST_CASE("a choice of the scenario is made otherwise too, whatever its name", "[schedules]") {
  const Scenario scenario = [](Simulation& sim) -> Task<> {
    co_await null();
    sim.require(sim.choose("world size", 3) == 0, "the world is small");
  };
  CHECK(try_all_schedules(scenario, {}, {.deviations = 1}).failing);
}

TEST_CASE("a schedule that was found by enumeration has a token like any other", "[schedules]") {
  ExploreOptions options;
  options.runs = 0;
  options.all_schedules_within = 2;
  const Scenario scenario = [](Simulation& sim) { return updates(sim, false); };
  const SearchReport found = search(1, scenario, options, {0, 0});
  REQUIRE(found.failure);
  CHECK(found.failure->shrunk.is_repeatable);
  const auto named = decode_plan(found.failure->token);
  REQUIRE(named);
  const RunResult again = run_plan(scenario, options, named->plan, nullptr);
  CHECK(again.sentence == "every addition counts");
  CHECK(again.fingerprint == found.failure->shrunk.result.fingerprint);
}

}  // namespace
}  // namespace rill::simnet
