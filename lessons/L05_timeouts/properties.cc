// Lesson 5: what must hold of with_timeout(), whichever comes first.
#include <algorithm>
#include <stdexcept>

#include "lessons/L05_timeouts/timeouts.h"
#include "lessons/common/say.h"
#include "lessons/common/world.h"
#include "lessons/school/lesson.h"
#include "lessons/school/stage.h"

namespace rill::school {
namespace {

using simnet::ExploreOptions;
using simnet::FaultClass;
using simnet::Simulation;

struct WorkFailed : std::runtime_error {
  WorkFailed() : std::runtime_error("the work has failed") {}
};

/// Takes `length`, and ends with 42 or throws.
Task<int> work(int& alive, Duration length, bool fails) {
  const Alive here(alive);
  co_await sleep(length);
  if (fails) throw WorkFailed();
  co_return 42;
}

struct Times {
  Duration work;
  Duration limit;
};

/// Never a tie: that depends on who is asked first, and is a property of its own.
Times draw_times(Simulation& sim) {
  const int work_ms = sim.draw("work takes, ms", rc::gen::inRange(1, 50));
  const int limit_ms = sim.draw("limit, ms", rc::gen::inRange(1, 50));
  return {milliseconds(work_ms), milliseconds(limit_ms == work_ms ? limit_ms + 1 : limit_ms)};
}

std::string shown(const std::optional<int>& value) {
  return value ? std::to_string(*value) : "nothing";
}

Task<> work_in_time_counts(Simulation& sim) {
  auto& alive = sim.make<int>(0);
  const int work_ms = sim.draw("work takes, ms", rc::gen::inRange(1, 50));
  const std::optional<int> value =
      co_await with_timeout(seconds(10), work(alive, milliseconds(work_ms), false));
  sim.require(value == 42, "work that ends in time gives its value", "it gave " + shown(value));
}

Task<> the_first_counts(Simulation& sim) {
  auto& alive = sim.make<int>(0);
  const Times times = draw_times(sim);
  const Instant before = now();
  const std::optional<int> value =
      co_await with_timeout(times.limit, work(alive, times.work, false));
  const Duration taken = now() - before;
  require_equal(sim, "it takes as long as the shorter of both", "took", taken, "the shorter",
                std::min(times.work, times.limit));
  const bool wants_value = times.work <= times.limit;
  sim.require(
      value.has_value() == wants_value,
      wants_value ? "work that ends in time gives its value" : "work that is late gives nothing",
      "it gave " + shown(value));
}

Task<> a_tie_is_in_time(Simulation& sim) {
  auto& alive = sim.make<int>(0);
  const int both_ms = sim.draw("work and limit, ms", rc::gen::inRange(1, 50));
  const std::optional<int> value =
      co_await with_timeout(milliseconds(both_ms), work(alive, milliseconds(both_ms), false));
  sim.require(value == 42, "work that ends at that very moment gives its value",
              "it gave " + shown(value));
}

Task<> a_failure_goes_through(Simulation& sim) {
  auto& alive = sim.make<int>(0);
  const Times times = draw_times(sim);
  std::string outcome = "nothing";
  try {
    const std::optional<int> value =
        co_await with_timeout(times.limit, work(alive, times.work, true));
    if (value) outcome = "a value";
  } catch (const WorkFailed&) {
    outcome = "its exception";
  }
  require_equal(sim, "work that fails in time gives its exception, and late nothing", "it gave",
                outcome, "wanted",
                std::string(times.work <= times.limit ? "its exception" : "nothing"));
}

/// Leaves what it gets to nobody: only what goes on behind it is of interest.
Task<> wait_for(Duration limit, Task<int> work) {
  const std::optional<int> ignored = co_await with_timeout(limit, std::move(work));
  static_cast<void>(ignored);
}

Task<> nothing_is_left(Simulation& sim) {
  auto& alive = sim.make<int>(0);
  const Times times = draw_times(sim);
  const TaskRef waiter = spawn(wait_for(times.limit, work(alive, times.work, false)));
  co_await join(waiter);
  sim.require(alive == 0, "when with_timeout() has ended, its work has ended too");

  const TaskRef victim = spawn(wait_for(seconds(1), work(alive, seconds(2), false)));
  co_await sleep(milliseconds(10));
  co_await kill(victim);
  sim.require(alive == 0, "when with_timeout() was killed, its work was too");
  const Instant killed = now();
  sim.finally("no timer goes on when nobody waits for it any more",
              [killed] { return now() - killed < milliseconds(500); });
}

Task<> try_both(const lesson::Settings&) {
  int alive = 0;
  for (const int work_ms : {30, 200}) {
    const Instant before = now();
    const std::optional<int> value =
        co_await with_timeout(milliseconds(100), work(alive, milliseconds(work_ms), false));
    lesson::report("work of " + std::to_string(work_ms) + " ms, limit 100 ms: " + shown(value) +
                   " after " + to_string(now() - before));
  }
}

lesson::Program demo() {
  lesson::Program program;
  program.name = "L05";
  program.about = "Two works under a limit.";
  program.main = try_both;
  return program;
}

}  // namespace

Lesson the_lesson() {
  const ExploreOptions options = {.faults = FaultClass::none};
  // First come, first served, and no time passes but in sleep(): so that a tie is one.
  const ExploreOptions timed = {.faults = FaultClass::none, .varies_network = false};
  constexpr std::uint64_t kOnlyInTurn = 1;
  return {"L05",
          "timeouts",
          {
              {"work_in_time_counts", "Work that ends in time gives its value.",
               work_in_time_counts, options},
              {"the_first_counts", "Whichever comes first ends it: the work or the limit.",
               the_first_counts, timed},
              {"a_tie_is_in_time", "Work that ends at the very moment of the limit is in time.",
               a_tie_is_in_time, timed, kOnlyInTurn},
              {"a_failure_goes_through", "What the work throws in time goes through.",
               a_failure_goes_through, timed},
              {"nothing_is_left", "However it ends, neither work nor timer goes on without it.",
               nothing_is_left, options},
          },
          demo()};
}

}  // namespace rill::school
