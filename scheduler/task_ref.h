// TaskRef: a reference to a spawned task, alive or not. Copy it freely; it never dangles, and it
// keeps nothing of the task alive but the record of how it ended. Stays on the thread of its run.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "scheduler/task_control.h"

namespace rill {

class TaskRef {
 public:
  TaskRef() = default;
  explicit TaskRef(TaskControl& task) : task_(&task) { retain(task_); }
  TaskRef(const TaskRef& other) : task_(other.task_) {
    if (task_ != nullptr) retain(task_);
  }
  TaskRef(TaskRef&& other) noexcept : task_(std::exchange(other.task_, nullptr)) {}
  TaskRef& operator=(TaskRef other) noexcept {
    std::swap(task_, other.task_);
    return *this;
  }
  ~TaskRef() {
    if (task_ != nullptr) release(task_);
  }

  /// Names the task for reports and traces; the first 63 bytes count. No effect when empty.
  TaskRef& named(std::string_view name) & {
    if (task_ != nullptr) task_->set_name(name);
    return *this;
  }
  TaskRef&& named(std::string_view name) && { return std::move(named(name)); }

  /// 1, 2, 3 ... in the order of spawning; 0 for an empty reference.
  TaskId id() const { return task_ != nullptr ? task_->id : 0; }
  /// Whether it has ended, by whatever way. True for an empty reference.
  bool has_ended() const { return task_ == nullptr || task_->state == TaskControl::State::ended; }
  /// The given name, or the name of the function it was spawned with, once that has awaited.
  std::string name() const { return task_ != nullptr ? task_name(*task_) : "(no task)"; }

  TaskControl* control() const { return task_; }
  /// Takes over a reference that was counted already.
  static TaskRef adopt(TaskControl& task) {
    TaskRef ref;
    ref.task_ = &task;
    return ref;
  }
  friend bool operator==(const TaskRef& a, const TaskRef& b) { return a.task_ == b.task_; }

 private:
  TaskControl* task_ = nullptr;
};

}  // namespace rill
