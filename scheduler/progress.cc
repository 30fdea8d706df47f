// Runs that do not end by themselves: those in which nothing can happen any more, and those that
// have met a bound of RunOptions. What their reports say is in deadlock.cc.
#include "scheduler/deadlock.h"
#include "scheduler/scheduler.h"

namespace rill {

void Scheduler::check_progress(Instant now) {
  if (now != instant_) {
    instant_ = now;
    steps_at_instant_ = steps_;
  }
  const std::uint64_t steps = steps_ - steps_at_instant_;
  if (options_.most_steps_at_one_instant != 0 && steps > options_.most_steps_at_one_instant) {
    refuse_to_go_on(std::to_string(steps) +
                    " steps without a moment passing; some task loops without waiting for "
                    "anything");
  }
  if (options_.most_steps != 0 && steps_ > options_.most_steps) {
    refuse_to_go_on("the run has taken " + std::to_string(steps_) +
                    " steps, which is more than it may");
  }
  if (options_.most_time.ns > 0 && now - started_ > options_.most_time) {
    refuse_to_go_on("the run has not ended within " + to_string(options_.most_time));
  }
}

void Scheduler::refuse_to_go_on(const std::string& why) {
  throw NoProgress("no progress: " + why + "\n" + dump_tasks());
}

void Scheduler::on_idle() {
  Deadlock deadlock = Deadlock::describe_blocked_tasks(*this);
  if (!options_.idle_is_ok || !deadlock.is_only_services()) throw deadlock;
  stopping_ = true;
}

}  // namespace rill
