// Lesson 2: what must hold of count(), in whatever order the tasks run.
#include "lessons/L02_coroutines/coroutines.h"
#include "lessons/common/say.h"
#include "lessons/common/world.h"
#include "lessons/school/lesson.h"

namespace rill::school {
namespace {

using simnet::ExploreOptions;
using simnet::FaultClass;
using simnet::Simulation;

Task<> count_together(Simulation& sim, int& total, int tasks, int rounds) {
  sim.always("", [&sim, &total, before = total]() mutable {
    if (total != before) sim.note("the total is " + std::to_string(total));
    before = total;
    return true;
  });
  Group counters;
  for (int i = 0; i < tasks; ++i) {
    counters.spawn(count(total, rounds)).named("counter" + std::to_string(i + 1));
  }
  co_await counters.wait();
  require_equal(sim, "no count is lost", "total", total,
                std::to_string(tasks) + " tasks x " + std::to_string(rounds) + " rounds",
                tasks * rounds);
}

Task<> one_task_counts(Simulation& sim) {
  const int rounds = sim.draw("rounds", rc::gen::inRange(0, 20));
  auto& total = sim.make<int>(0);
  co_await count_together(sim, total, 1, rounds);
}

Task<> no_count_is_lost(Simulation& sim) {
  const int tasks = sim.draw("tasks", rc::gen::inRange(2, 6));
  const int rounds = sim.draw("rounds", rc::gen::inRange(1, 6));
  auto& total = sim.make<int>(0);
  co_await count_together(sim, total, tasks, rounds);
}

/// Two tasks, two rounds: few enough to try every order within a bound.
Task<> in_every_order(Simulation& sim) {
  auto& total = sim.make<int>(0);
  co_await count_together(sim, total, 2, 2);
}

Task<> one_by_one(Simulation& sim) {
  const int rounds = sim.draw("rounds", rc::gen::inRange(2, 8));
  auto& total = sim.make<int>(0);
  auto& before = sim.make<int>(0);
  sim.always("between two awaits, a task counts once at most", [&] {
    const int grown = total - before;
    before = total;
    return grown <= 1;
  });
  co_await count_together(sim, total, 2, rounds);
}

/// While one task counts on and on, a second that comes later is not kept waiting.
Task<> everybody_gets_a_turn(Simulation& sim) {
  auto& total = sim.make<int>(0);
  auto& total_at_turn = sim.make<int>(-1);
  Group tasks;
  tasks.spawn(count(total, 100)).named("counter");
  tasks
      .spawn([&]() -> Task<> {
        total_at_turn = total;
        co_return;
      })
      .named("latecomer");
  co_await tasks.wait();
  sim.require(total_at_turn < 100, "others get a turn while a task counts",
              "the latecomer ran when the count was " + std::to_string(total_at_turn));
}

Task<> count_aloud(const lesson::Settings&) {
  int total = 0;
  Group counters;
  for (const char* const name : {"ada", "ben"}) {
    counters.spawn(count(total, 3)).named(name);
  }
  co_await counters.wait();
  lesson::report("two tasks, three rounds each: the count is " + std::to_string(total));
}

lesson::Program demo() {
  lesson::Program program;
  program.name = "L02";
  program.about = "Two tasks count together.";
  program.main = count_aloud;
  return program;
}

}  // namespace

Lesson the_lesson() {
  const ExploreOptions options = {.faults = FaultClass::none};
  ExploreOptions exhaustive = options;
  exhaustive.all_schedules_within = 4;
  // First come, first served: there a turn is exactly one step of each other task.
  constexpr std::uint64_t kOnlyInTurn = 1;
  return {
      "L02",
      "coroutines",
      {
          {"one_task_counts", "A task that is alone counts every round.", one_task_counts, options},
          {"no_count_is_lost",
           "However many tasks count, and in whatever order they run, every count counts.",
           no_count_is_lost, options},
          {"in_every_order", "Two tasks and two rounds make four, in every order there is.",
           in_every_order, exhaustive},
          {"one_by_one", "The count grows one by one, and everybody can see it grow.", one_by_one,
           options},
          {"everybody_gets_a_turn", "While a task counts, the others get their turns.",
           everybody_gets_a_turn, options, kOnlyInTurn},
      },
      demo(),
      /*played=*/"in_every_order"};
}

}  // namespace rill::school
