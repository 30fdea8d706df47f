// Who runs next, when an oracle has a say in it: first come, first served, but for those that are
// held back.
//
// A task that becomes ready while others are gets a place in the line, and the oracle may put it a
// few places further back: one decision, whose alternative 0 is its own place. So "this task was
// overtaken by four others" is one deviation from the plain order, and a bounded one: nobody
// starves. The decision's site is the task - known by its ancestry, not by its number - and what it
// had waited for. So another task, another await or a log line, inserted later, leaves the site and
// its count as they were.
// Invariant: turns_[id] is of task `id`; a turn of 0 means that none was given yet.
#pragma once

#include <cstdint>
#include <vector>

#include "scheduler/ids.h"
#include "scheduler/run_context.h"
#include "scheduler/task_control.h"

namespace rill {

class Turns {
 public:
  /// Choice c > 0 holds a task back by 2^(c - 1) places, so up to 1024.
  static constexpr std::uint64_t kChoices = 12;

  /// The next task, of 1, 2, 3 ..., was spawned by `parent` (0: nobody).
  void add(TaskId parent) {
    if (turns_.empty()) turns_.push_back({scatter(0), 0, 0});
    const std::uint64_t nth = ++turns_[parent].children;
    turns_.push_back({scatter(turns_[parent].key + nth), 0, 0});
  }
  /// What a site of this task is keyed by: the task, and what it waits for, or waited for last.
  std::uint64_t place(const TaskControl& task) const {
    return task.id < turns_.size() ? turns_[task.id].key ^ kind_of(task.wait) : 0;
  }
  std::uint64_t key(const TaskControl& task) const {
    return task.id < turns_.size() ? turns_[task.id].key : 0;
  }
  /// Takes the next task out of `ready`, which is not empty.
  TaskControl& take_next(List<TaskControl, ReadyTag>& ready, RunContext& context);

 private:
  struct Turn {
    std::uint64_t key;
    std::uint64_t turn;
    std::uint32_t children;
  };

  static std::uint64_t kind_of(const Wait* wait);
  void give_turn(const TaskControl& task, std::uint64_t choices, RunContext& context);

  std::vector<Turn> turns_;
  std::uint64_t last_turn_ = 0;
};

}  // namespace rill
