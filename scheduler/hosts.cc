// Hosts, as far as the scheduler knows them: a number that each task has. A backend may end, hold
// and release all tasks of one; why - a crash, a stopped machine - is the backend's business.
//
// Everything here happens at a safe point, where no task runs. A ready task of a host that is held
// leaves the ready list when its turn would come, and a timer is put aside when it comes due; so
// tasks, timers and hosts that run are never looked at, and pay nothing.
#include <vector>

#include "scheduler/scheduler.h"

namespace rill {

void Scheduler::reach_safe_point() {
  running_ = nullptr;
  while (context_.wants_safe_point) {
    context_.wants_safe_point = false;
    backend_.at_safe_point(*this);
    take_completions();
  }
}

void Scheduler::set_mode(HostId host, HostMode mode) {
  if (host >= host_modes_.size()) host_modes_.resize(host + std::size_t{1}, HostMode::runs);
  const bool did_run = host_modes_[host] == HostMode::runs;
  const bool does_run = mode == HostMode::runs;
  host_modes_[host] = mode;
  if (did_run && !does_run) ++hosts_not_running_;
  if (!did_run && does_run) --hosts_not_running_;
  if (!does_run) is_watched_ = true;
}

void Scheduler::end_host(HostId host, TaskId newest) {
  set_mode(host, HostMode::ended);
  // Destructors may kill and spawn: each round takes those that are there when it begins.
  const TaskId first_from_destructors = last_task_id_ + 1;
  const Blame blame(*this, nullptr, "its host goes down");
  for (;;) {
    std::vector<TaskRef> victims;
    for_each_task([&](TaskControl& task) {
      if (task.host != host) return;
      if (task.id <= newest || task.id >= first_from_destructors) victims.emplace_back(task);
    });
    if (victims.empty()) return;
    for (; !victims.empty(); victims.pop_back()) {
      if (!victims.back().has_ended()) kill(*victims.back().control());
    }
  }
}

void Scheduler::hold_host(HostId host) { set_mode(host, HostMode::held); }

void Scheduler::release_host(HostId host) {
  set_mode(host, HostMode::runs);
  for (auto count = held_.count(); count > 0; --count) {
    TaskControl& task = held_.take_front();
    (task.host == host ? ready_ : held_).push_back(task);
  }
  timers_.call_back(backend_.now(), [host](const Timer& timer) { return timer.host() == host; });
}

/// Only tasks of hosts that run stay in the ready list, in their order.
void Scheduler::sort_ready_by_mode() {
  running_ = nullptr;
  std::vector<TaskRef> dead;
  for (auto count = ready_.count(); count > 0; --count) {
    TaskControl& task = ready_.take_front();
    const HostMode mode = mode_of(task.host);
    (mode == HostMode::held ? held_ : ready_).push_back(task);
    if (mode == HostMode::ended) dead.emplace_back(task);
  }
  const Blame blame(*this, nullptr, "its host is down");
  for (const TaskRef& task : dead) {
    if (!task.has_ended()) kill(*task.control());
  }
}

/// Whether the first timer, which has come due, must wait for its host.
bool Scheduler::put_first_timer_aside() {
  if (!is_held(timers_.first().host())) return false;
  timers_.put_first_aside();
  return true;
}

}  // namespace rill
