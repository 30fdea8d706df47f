// How a group follows its children. See group.h.
#include "scheduler/group.h"

namespace rill {

Group::~Group() {
  if (size_ == 0 && !error_) return;
  Scheduler& scheduler = Scheduler::current("the end of a Group");
  kill_children(scheduler);
  if (error_) scheduler.fail(error_, "a group that nobody waited for");  // never dropped
}

TaskRef Group::adopt(TaskRef child) {
  children_.push_back(*child.control());
  ++size_;
  return child;
}

void Group::on_end(Scheduler& scheduler, TaskControl& child, bool is_unclaimed_failure) {
  static_cast<ListNode<GroupTag>&>(child).unlink();
  child.group = nullptr;
  --size_;
  if (is_unclaimed_failure) {
    if (error_) {
      scheduler.note_failure(child.error, describe(child));  // the first is on its way already
    } else {
      error_ = child.error;
      kill_children(scheduler);
    }
  }
  if (size_ > 0) return;
  while (!waiters_.empty()) scheduler.wake(*waiters_.pop_front().task);
}

void Group::kill_children(Scheduler& scheduler) {
  while (size_ > 0) scheduler.kill(children_.back());
}

WaitReport Group::Waiter::report() const {
  WaitReport report{"the " + std::to_string(group_.size_) + " tasks of a group", {}, false};
  group_.children_.for_each([&](const TaskControl& child) { report.on.push_back(&child); });
  return report;
}

void Group::Canceller::carry_out(Scheduler& scheduler) {
  // A child may cancel its own group: then it dies here, and this awaiter with it.
  const TaskRef caller(*task);
  group_.kill_children(scheduler);
  if (!caller.has_ended()) scheduler.wake(*caller.control());
}

}  // namespace rill
