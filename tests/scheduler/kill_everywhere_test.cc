// Kill everywhere: generated programs of tasks that do a bit of everything, in which some task is
// killed at each step in turn. Whatever is hit: no frame, no permit, no operation is lost, nothing
// is destroyed twice (the address sanitizer looks on), and the run ends.
#include <algorithm>
#include <memory>
#include <optional>

#include "tests/scheduler/support.h"
#include "tests/testing/property.h"

using namespace rill;
using namespace rill::testing;

namespace {

constexpr std::uint64_t kMostKills = 60;  // of each program

using Program = std::vector<std::uint32_t>;

struct World {
  explicit World(const Program& words) : program(words) {}

  /// The next byte of the program; zeros when it is used up.
  unsigned next() {
    if (is_over()) return 0;
    const unsigned byte = program[at / 4] >> at % 4 * 8 & 0xFF;
    ++at;
    return byte;
  }
  bool is_over() const { return at / 4 >= program.size(); }
  /// Somebody else's task; not the root and not the killer, while there are others.
  TaskRef some_task() {
    const std::size_t choice = next();
    return tasks.size() > 2 ? tasks[2 + choice % (tasks.size() - 2)] : tasks[1];
  }

  const Program& program;
  std::size_t at = 0;
  FakeBackend backend;
  Channel<std::unique_ptr<int>> channel{1};
  Event event;
  Event kill_now;
  Semaphore lock{1};
  std::vector<TaskRef> tasks;
  int alive = 0;  // Counted objects in frames
};

struct Counted {
  explicit Counted(World& w) : world(w) { ++world.alive; }
  Counted(const Counted&) = delete;
  ~Counted() { --world.alive; }
  World& world;
};

Task<int> act(World& world, int depth);

Task<> act_aside(World& world, int depth) { co_await act(world, depth + 1); }

Task<> do_group(World& world, int depth) {
  Group group;
  const unsigned children = world.next() % 3;
  for (unsigned i = 0; i < children; ++i) {
    world.tasks.push_back(group.spawn(act_aside, std::ref(world), depth));
  }
  if (world.next() % 2 == 0) co_await group.wait();
  if (world.next() % 3 == 0) co_await group.cancel();
}

Task<> do_channel(World& world) {
  if (world.next() % 2 == 0) {
    co_await world.channel.push(std::make_unique<int>(1));
  } else {
    const std::optional<std::unique_ptr<int>> value = co_await world.channel.pop();
    RC_ASSERT(value && *value);
  }
}

Task<> do_lock(World& world) {
  const Semaphore::Permit permit = co_await world.lock.acquire();
  co_await sleep(microseconds(world.next() % 4));
}

Task<> do_operation(World& world) {
  const std::size_t index = world.backend.records.size();
  const Duration when = (now() - Instant()) + microseconds(world.next() % 4);
  world.backend.at(when, [&world, index] {
    const bool is_there = index < world.backend.records.size();
    if (is_there && world.backend.records[index].completions == 0) world.backend.finish(index, 1);
  });
  if (world.next() % 4 == 0) world.backend.immediate_result = 1;
  if (world.next() % 4 == 0) world.backend.result_that_wins = 1;
  co_await receive();
}

Task<> do_join(World& world) {
  const TaskRef target = world.some_task();
  try {
    co_await join(target);
  } catch (const std::runtime_error&) {
  }
}

Task<> do_failure(World& world, int depth) {
  try {
    co_await act(world, depth + 1);
    throw std::runtime_error("planned");
  } catch (const std::runtime_error&) {
    if (world.next() % 32 == 0) throw;
  }
}

Task<> do_one(World& world, int depth) {
  const Counted counted(world);
  const Duration limit = microseconds(1 + world.next() % 8);
  switch (world.next() % 13) {
    case 0:
      co_await null();
      break;
    case 1:
      co_await sleep(limit);
      break;
    case 2:
      world.tasks.push_back(spawn(act_aside, std::ref(world), depth));
      break;
    case 3:
      co_await do_failure(world, depth);
      break;
    case 4:
      co_await timeout(limit, act(world, depth + 1));
      break;
    case 5:
      co_await timeout(limit, do_join(world));
      break;
    case 6:
      co_await do_group(world, depth);
      break;
    case 7:
      co_await timeout(limit, do_channel(world));
      break;
    case 8:
      co_await do_lock(world);
      break;
    case 9:
      co_await do_operation(world);
      break;
    case 10:
      world.event.is_set() ? world.event.clear() : world.event.set();
      break;
    case 11:
      co_await timeout(limit, [](Event& event) -> Task<> { co_await event.wait(); }(world.event));
      break;
    default:
      co_await kill(world.some_task());
  }
}

Task<int> act(World& world, int depth) {
  const Counted counted(world);
  for (unsigned left = depth > 6 ? 0 : 1 + world.next() % 4; left > 0 && !world.is_over(); --left) {
    co_await do_one(world, depth);
  }
  if (depth % 2 == 0) co_await end(depth);
  co_return depth;
}

Task<> root(World& world, unsigned victim) {
  world.tasks.push_back(self());
  world.tasks.push_back(spawn([&world, victim]() -> Task<> {
    const Counted counted(world);
    co_await world.kill_now.wait();
    co_await kill(world.tasks[victim % world.tasks.size()]);
  }));
  while (!world.is_over()) co_await do_one(world, 0);
  world.kill_now.set();
}

/// Runs the program; kills some task after `kill_step` steps. Gives the number of steps.
std::uint64_t run_once(const Program& program, std::uint64_t kill_step) {
  World world(program);
  world.backend.steps = 1;
  world.backend.on_step = [&world, kill_step] {
    if (world.backend.steps_ended == kill_step) world.kill_now.set();
  };
  SeededOracle oracle(kill_step, SeededOracle::Order::random);
  RunReport report;
  try {
    run(root(world, static_cast<unsigned>(kill_step * 7)), world.backend,
        {.oracle = &oracle, .fingerprint = true, .report = &report});
  } catch (const Deadlock&) {
  } catch (const std::runtime_error& error) {
    RC_ASSERT(error.what() == std::string("planned"));
  }
  world.tasks.clear();
  RC_ASSERT(world.alive == 0);
  RC_ASSERT(world.lock.free_permits() == 1);
  for (const FakeBackend::Record& record : world.backend.records) {
    RC_ASSERT(record.completions == 1);
    RC_ASSERT(record.disposals <= 1);
    RC_ASSERT(record.cancels == 0 || record.disposals == 1);
  }
  return report.steps;
}

}  // namespace

RILL_PROPERTY("whichever task is killed at whichever step, nothing is lost and nothing dies twice",
              const Program& program) {
  const std::uint64_t steps = run_once(program, 0);
  RC_ASSERT(blocks() == 0);
  for (std::uint64_t step = 1; step <= std::min<std::uint64_t>(steps, kMostKills); ++step) {
    run_once(program, step);
    RC_ASSERT(blocks() == 0);
  }
}

RILL_PROPERTY("a run that is killed into happens again in the same way", const Program& program,
              std::uint8_t kill_step) {
  const auto digest = [&] {
    World world(program);
    world.backend.steps = 1;
    world.backend.on_step = [&] {
      if (world.backend.steps_ended == kill_step) world.kill_now.set();
    };
    RunReport report;
    SeededOracle oracle(kill_step, SeededOracle::Order::random);
    try {
      run(root(world, kill_step), world.backend,
          {.oracle = &oracle, .fingerprint = true, .report = &report});
    } catch (const std::runtime_error&) {
    }
    return report.fingerprint;
  };
  RC_ASSERT(digest() == digest());
}
