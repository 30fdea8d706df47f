// State machines called in parallel: commands are generated, run by several tasks at once, and what
// they returned must be linearizable.
//
//   struct Add { int amount; };                                // a command
//   const auto commands = sim.draw("commands", parallel_commands(any_command(), 3, 5));
//   co_await check_parallel(
//       sim, commands, 0,                                      // the model's state ...
//       [](int& total, const Add& add) { return total += add.amount; },  // ... and its step
//       [&](std::size_t task, const Add& add) -> Task<int> {   // the thing itself
//         const int total = co_await clients[task].add(add.amount);
//         co_return total;
//       });
//
// A failure shrinks like everything that is drawn: to few tasks with few commands.
#pragma once

#include <rapidcheck.h>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/spawn.h"
#include "simnet/explore/linearizability.h"
#include "simnet/explore/simulation.h"

namespace rill::simnet {

/// For each of 1 to `most_tasks` tasks, 1 to `most_commands` commands, one after the other.
template <class Command>
rc::Gen<std::vector<std::vector<Command>>> parallel_commands(rc::Gen<Command> command,
                                                             int most_tasks, int most_commands) {
  const auto list_of = [](auto element, int most) {
    return rc::gen::mapcat(rc::gen::inRange(1, most + 1), [element](int count) {
      return rc::gen::container<std::vector<typename decltype(element)::ValueType>>(
          static_cast<std::size_t>(count), element);
    });
  };
  return list_of(list_of(std::move(command), most_commands), most_tasks);
}

/// Runs commands[i] in task i on the caller's host, all at once, and waits for them; then requires
/// that the results are linearizable. perform(i, command) -> Task<Result> does one command for
/// real; apply(State&, const Command&) -> Result is the model. A command may end by a
/// std::system_error: then it may have had its effect or not, and its task does no more. At most 64
/// commands in all.
template <class Command, class State, class Apply, class Perform>
Task<> check_parallel(Simulation& sim, std::vector<std::vector<Command>> commands, State initial,
                      Apply apply, Perform perform) {
  using Result = decltype(apply(initial, commands[0][0]));
  using Calls = History<Command, Result>;
  struct Shared {
    std::vector<std::vector<Command>> commands;
    Perform perform;
    Calls history;
  };
  auto& shared = sim.make<Shared>(Shared{std::move(commands), std::move(perform), {}});
  const auto work = [](Shared& shared, std::size_t task) -> Task<> {
    for (const Command& command : shared.commands[task]) {
      const std::size_t number = shared.history.begin(task, command);
      Result result = co_await shared.perform(task, command);
      shared.history.end(number, std::move(result));
    }
  };
  std::vector<TaskRef> tasks;
  for (std::size_t task = 0; task < shared.commands.size(); ++task) {
    tasks.push_back(spawn(work, std::ref(shared), task));
  }
  for (const TaskRef& task : tasks) {
    try {
      co_await join(task);
    } catch (const std::system_error&) {  // the call is left open
    }
  }
  if (is_linearizable(shared.history.entries(), initial, apply)) co_return;
  for (const auto& entry : shared.history.entries()) {
    std::ostringstream line;
    line << "task " << entry.who << ": ";
    rc::show(entry.call, line);
    line << (entry.result ? " -> " : " never ended");
    if (entry.result) rc::show(*entry.result, line);
    sim.note(line.str());
  }
  sim.require(false, "what the tasks saw can be explained by one order of their commands");
}

}  // namespace rill::simnet
