// How a group follows its children. See group.h.
#include "scheduler/group.h"

namespace rill {

Group::~Group() {
  kill_children(nullptr, "its group is left");
  if (is_linked()) {  // a failure that nobody has heard of is never dropped
    unlink();
    fail_the_run(*scheduler_);
  }
  if (destroyed_ != nullptr) *destroyed_ = true;
}

TaskRef Group::adopt(TaskBase& task, const HostId* host) {
  Scheduler& scheduler = Scheduler::current("Group::spawn()");
  if (size_ > 0 && scheduler_ != &scheduler) detail::refuse_other_run("Group::spawn()");
  scheduler_ = &scheduler;
  if (error_is_claimed_ && size_ == 0) {  // a new round
    error_ = nullptr;
    error_is_claimed_ = false;
  }
  TaskRef child = detail::spawn_frame(task, this, host);
  children_.push_back(*child.control());
  ++size_;
  return child;
}

void Group::let_go(TaskControl& child) {
  static_cast<ListNode<GroupTag>&>(child).leave();
  child.group = nullptr;
  --size_;
}

void Group::on_end(Scheduler& scheduler, TaskControl& child, bool is_unclaimed_failure) {
  let_go(child);
  if (is_unclaimed_failure && error_ && !error_is_claimed_) {
    scheduler.note_failure(child.error, describe(child));  // the first is on its way already
  } else if (is_unclaimed_failure) {
    error_ = child.error;
    error_is_claimed_ = false;
    culprit_ = describe(child);
    scheduler.keep_in_mind(*this);
    const bool is_told = scheduler.is_recorded();
    kill_children(nullptr, is_told ? culprit_ + " of its group has failed" : std::string());
    return;  // perhaps there is no group any more
  }
  if (size_ == 0) wake_waiters();
}

/// A child's destructors may take the group along: nothing of it may be touched after this.
void Group::kill_children(const TaskControl* by, std::string_view why) {
  if (size_ == 0) return wake_waiters();
  const Scheduler::Blame blame(*scheduler_, by, why);
  bool destroyed = false;
  bool* const outer = std::exchange(destroyed_, &destroyed);
  while (size_ > 0) {
    TaskControl& child = children_.back();
    if (child.state == TaskControl::State::leaving || child.state == TaskControl::State::returned) {
      let_go(child);  // a destructor of the child's own is what brought us here
    } else {
      scheduler_->kill(child);
    }
    if (destroyed) {
      if (outer != nullptr) *outer = true;
      return;
    }
  }
  destroyed_ = outer;
  wake_waiters();
}

void Group::wake_waiters() {
  while (!waiters_.empty())
    woken_.push_back(Scheduler::wake_first(waiters_, "the end of a group's last task"));
}

void Group::fail_the_run(Scheduler& scheduler) {
  scheduler.fail(std::exchange(error_, nullptr), culprit_);
}

void Group::rethrow() {
  static_cast<ListNode<FailedTag>&>(*this).unlink();
  error_is_claimed_ = true;
  std::rethrow_exception(error_);
}

WaitReport Group::Waiter::report() const {
  if (!is_linked()) return {.text = "the tasks of a group that was destroyed", .what = "group"};
  WaitReport report{.text = group_.size_ == 1
                                ? "the task of a group"
                                : "the " + std::to_string(group_.size_) + " tasks of a group",
                    .what = "group"};
  group_.children_.for_each([&](const TaskControl& child) { report.on.push_back(&child); });
  return report;
}

void Group::Canceller::carry_out(Scheduler& scheduler) {
  // A child may cancel its own group: then it dies here, and this awaiter with it.
  const TaskRef caller(*task);
  group_.kill_children(caller.control(), "its group is cancelled");
  if (!caller.has_ended()) scheduler.wake(*caller.control());
}

}  // namespace rill
