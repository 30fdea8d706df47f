// How tasks end, and how the run does: by returning, by kill, by failure. Everything here happens
// between steps - or inside the destructor of a Group, which kills its children on the spot. So a
// destructor may find tasks in any state; the rule that keeps this safe: a task that is leaving
// already is nobody's to kill again.
#include <cstdio>
#include <string>
#include <utility>

#include "scheduler/check.h"
#include "scheduler/group.h"
#include "scheduler/scheduler.h"

namespace rill {
namespace {

std::string message_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception that is not a std::exception";
  }
}

}  // namespace

void Scheduler::unwind(TaskControl& task, PromiseBase* survivor) {
  // A completion that waits to be taken points into the frames that go.
  if (backend_.has_completed()) take_completions();
  RILL_CHECK(&task != running_ && (task.state == TaskControl::State::blocked ||
                                   task.state == TaskControl::State::ready),
             "a task that is running cannot be destroyed from within; co_await kill(self()) can");
  if (task.state == TaskControl::State::blocked) {
    task.wait->abandon();
  } else {
    static_cast<ListNode<ReadyTag>&>(task).leave();
  }
  task.state = TaskControl::State::leaving;
  // Destructors that run now act for this task, whoever asked for its end. What they tell a sink
  // comes under its name, which is part of the frames that go.
  TaskControl* const before = std::exchange(leaving_, &task);
  context_.trace.set_running(&task, task.id);
  if (context_.trace.has_sink() && task.name == nullptr) task.set_name(task_name(task));
  task.last_await = {};
  // Leaf to root in a loop: recursive destruction of a deep chain overflows the stack.
  while (task.leaf != survivor) {
    PromiseBase* const leaf = task.leaf;
    task.leaf = leaf->parent;
    if (leaf->where.line() != 0) task.last_await = leaf->where;
    if (leaf->owner != nullptr) leaf->owner->give_up();
    leaf->frame().destroy();
  }
  leaving_ = before;
  const TaskControl* const now = running();
  context_.trace.set_running(now, now != nullptr ? now->id : 0);
}

void Scheduler::kill(TaskControl& task) {
  unwind(task, nullptr);
  task.outcome = Outcome::killed;
  settle(task);
}

void Scheduler::tell_more(std::string_view text) {
  if (!context_.trace.has_recorder()) return;
  EventDetail detail;
  detail.more = text;
  context_.trace.set_detail(detail);
}

void Scheduler::tell_blame() {
  if (!context_.trace.has_recorder() || blame_ == nullptr) return;
  EventDetail detail;
  detail.target = blame_->by_;
  detail.more = blame_->why_;
  context_.trace.set_detail(detail);
}

void Scheduler::settle(TaskControl& task) {
  task.state = TaskControl::State::ended;
  static_cast<ListNode<LiveTag>&>(task).leave();
  if (context_.trace.enabled()) {
    const auto kind = task.error                          ? EventKind::fail
                      : task.outcome == Outcome::finished ? EventKind::finish
                                                          : EventKind::kill;
    const std::string error = kind == EventKind::fail && context_.trace.has_recorder()
                                  ? message_of(task.error)
                                  : std::string();
    if (kind == EventKind::kill) {
      tell_blame();
    } else {
      tell_more(error);
    }
    context_.trace.record(kind, task.id);
  }
  if (&task == root_ && options_.stop_with_root) stopping_ = true;
  // Whoever joins gets the exception; with no joiner its group does; with no group the run fails.
  const bool is_unclaimed = task.error && task.joiners.empty();
  if (task.error) {
    // They stay in the list until their turn, so that a kill before it cannot lose the exception.
    task.joiners.for_each([this](ListedWait& join) { wake(*join.task); });
  } else {
    while (!task.joiners.empty()) wake(*task.joiners.pop_front().task);
  }
  if (task.group != nullptr) {
    task.group->on_end(*this, task, is_unclaimed);
  } else if (is_unclaimed) {
    fail(task.error, describe(task));
  }
  release(&task);
}

void delete_record(TaskControl* task) noexcept { delete task; }

void Scheduler::fail(std::exception_ptr error, const std::string& culprit) {
  stopping_ = true;
  if (failure_) {
    note_failure(error, culprit);
  } else {
    failure_ = std::move(error);
    if (!context_.trace.has_sink()) return;
    const std::string message = message_of(failure_);
    tell_more(message);
    context_.trace.tell(EventKind::run_fails, culprit);
  }
}

void Scheduler::note_failure(const std::exception_ptr& error, const std::string& culprit) {
  also_failed_.push_back(culprit + " failed too: " + message_of(error));
}

void Scheduler::keep_in_mind(Group& failed) { failed_groups_.push_back(failed); }

void Scheduler::shut_down() {
  {
    const Blame blame(*this, nullptr, "the run ends");
    while (!live_.empty()) kill(live_.back());
  }
  while (!failed_groups_.empty()) failed_groups_.pop_front().fail_the_run(*this);
  RILL_CHECK(ops_in_flight_ == 0, "an operation is in flight after the last task has ended");
}

void Scheduler::write_report() {
  // Asked whether or not somebody wants to know, so that a replay sees the same calls.
  const Duration elapsed = backend_.now() - started_;
  if (options_.report == nullptr) {
    for (const std::string& text : also_failed_) std::fprintf(stderr, "rill: %s\n", text.c_str());
    return;
  }
  RunReport report;
  if (context_.trace.enabled()) report.fingerprint = context_.trace.fingerprint().hex();
  report.steps = steps_;
  report.tasks = last_task_id_;
  report.events = context_.trace.events();
  report.elapsed = elapsed;
  report.also_failed = std::move(also_failed_);
  *options_.report = std::move(report);
}

}  // namespace rill
