// The parts of spawn, join and kill that need not be inline. See spawn.h.
#include "scheduler/spawn.h"

#include <algorithm>

namespace rill {

HostId detail::current_host(const Scheduler& scheduler) {
  return scheduler.running() != nullptr ? scheduler.running()->host : 0;
}

TaskRef& TaskRef::named(std::string_view name) & {
  if (task_ == nullptr) return *this;
  name.copy(task_->name, TaskControl::kNameBytes - 1);
  task_->name[std::min(name.size(), TaskControl::kNameBytes - 1)] = '\0';
  return *this;
}

TaskRef self() {
  TaskControl* running = Scheduler::current("self()").running();
  if (running == nullptr) throw UsageError("self() was called outside of a task");
  return TaskRef(*running);
}

WaitReport Join::report() const {
  if (target_.control() == nullptr) return {"join", {}, false};
  return {"join of " + describe(*target_.control()), {target_.control()}, false};
}

WaitReport Kill::report() const { return {"kill", {target_.control()}, false}; }

void Kill::carry_out(Scheduler& scheduler) {
  // The killer may die of it, and this awaiter with it: by killing itself, or a task whose group it
  // is in.
  const TaskRef killer(*task);
  const TaskRef victim = target_;
  if (!victim.has_ended()) scheduler.kill(*victim.control());
  if (!killer.has_ended()) scheduler.wake(*killer.control());
}

std::string dump_tasks() { return Scheduler::current("dump_tasks()").dump_tasks(); }

}  // namespace rill
