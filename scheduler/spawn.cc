// The parts of spawn, join and kill that need not be inline. See spawn.h.
#include "scheduler/spawn.h"

namespace rill {

void detail::refuse_moved_from(const char* call) {
  throw UsageError(std::string(call) +
                   " got a Task that was moved from: a Task is awaited or spawned once");
}

void detail::refuse_other_run(const char* call) {
  throw UsageError(std::string(call) +
                   " got a task of another run, which is on another thread: tasks of one run only "
                   "know each other");
}

TaskRef self() {
  TaskControl* running = Scheduler::current("self()").running();
  if (running == nullptr) throw UsageError("self() was called outside of a task");
  return TaskRef(*running);
}

void Join::take_error() {
  TaskControl& target = *target_.control();
  unlink();
  target.error_is_taken = true;
  std::rethrow_exception(target.error);
}

void Join::pass_on_error() noexcept {
  TaskControl& target = *target_.control();
  unlink();
  if (target.joiners.empty() && !target.error_is_taken)
    task->scheduler->fail(target.error, describe(target));
}

WaitReport Join::report() const {
  if (target_.control() == nullptr) return {.text = "join", .what = "join"};
  return {
      .text = "join of " + describe(*target_.control()), .on = {target_.control()}, .what = "join"};
}

WaitReport Kill::report() const {
  return {
      .text = "kill of " + (target_.control() != nullptr ? describe(*target_.control()) : "nobody"),
      .on = {target_.control()},
      .what = "kill"};
}

void Kill::carry_out(Scheduler& scheduler) {
  // The killer may die of it, and this awaiter with it: by killing itself, or a task whose group it
  // is in.
  const TaskRef killer(*task);
  const TaskRef victim = target_;
  const Scheduler::Blame blame(scheduler, killer.control(), "");
  if (!victim.has_ended()) scheduler.kill(*victim.control());
  if (!killer.has_ended()) scheduler.wake(*killer.control());
}

std::string dump_tasks() { return Scheduler::current("dump_tasks()").dump_tasks(); }

}  // namespace rill
