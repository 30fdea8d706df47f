// A search finds planted mistakes of each kind, leaves their corrected twins alone, and says what
// it takes in a plan in which nothing can be left out.
#include "net/net.h"
#include "simnet/explore/schedules.h"
#include "simnet/testing.h"

namespace rill::simnet {
namespace {

constexpr std::uint32_t kName = 7;

/// Reads, awaits, writes: what another task adds meanwhile is lost - unless a permit guards it.
Task<> lost_update(Simulation& sim, bool is_guarded) {
  struct State {
    int total = 0;
    Semaphore guard{1};
  };
  auto& state = sim.make<State>();
  const HostId home = sim.host("home");
  const int tasks = sim.draw("tasks", rc::gen::inRange(2, 6));
  const auto add_one = [](State& state, bool is_guarded) -> Task<> {
    co_await sleep(1_ms);
    std::optional<Semaphore::Permit> permit;
    if (is_guarded) permit = co_await state.guard.acquire();
    const int before = state.total;
    co_await null();
    state.total = before + 1;
  };
  std::vector<TaskRef> adding;
  for (int i = 0; i < tasks; ++i) {
    adding.push_back(spawn_on(home, add_one, std::ref(state), is_guarded));
    co_await sleep(2_ms);
  }
  for (const TaskRef& task : adding) co_await join(task);
  sim.require(state.total == tasks, "every addition counts");
}

Scenario lost_update_scenario(bool is_guarded) {
  return [is_guarded](Simulation& sim) { return lost_update(sim, is_guarded); };
}

TEST_CASE("a lost update is found and shrunk to what it takes; the guarded twin passes",
          "[search]") {
  const SearchReport found = search(kName, lost_update_scenario(false), {}, {0, 200});
  REQUIRE(found.failure);
  CHECK(found.failure->shrunk.result.sentence == "every addition counts");
  CHECK(found.failure->shrunk.is_minimal);
  CHECK(found.failure->shrunk.plan.deviations.size() <= 3);
  CHECK(found.failure->text.find("a step of") != std::string::npos);
  CHECK(found.failure->token.size() < 60);
  const SearchReport twin = search(kName, lost_update_scenario(true), {}, {0, 500});
  CHECK_FALSE(twin.failure);
  CHECK(twin.runs == 500);
}

}  // namespace
}  // namespace rill::simnet
