// Deadlock: what run() throws when every task waits and nothing can ever happen again - instead of
// hanging. It names each task, what it waits for, who could end that, its await chain with file and
// line, and the cycle.
//
// Who could end a wait is known of joins, groups and permits. Of channels and connections it is
// not: there the report has a hint, what was seen so far, and the arrow ~> instead of ->. A hint
// decides nothing but what is printed.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "scheduler/task.h"

namespace rill {

class Scheduler;

struct BlockedTask {
  TaskId id = 0;
  HostId host = 0;
  std::string name;
  std::string waits_for;                ///< "join of #3 'bob'"
  std::vector<TaskId> waits_for_tasks;  ///< who could end the wait, where that is known
  Hint hint;                            ///< where it is not
  bool is_service = false;              ///< waits for a connection or a signal
  std::vector<FrameReport> chain;       ///< innermost first
};

class Deadlock : public std::runtime_error {
 public:
  /// A snapshot of all live tasks. what() is the printed report.
  static Deadlock describe_blocked_tasks(const Scheduler& scheduler);

  const std::vector<BlockedTask>& tasks() const { return tasks_; }
  /// Tasks that wait for each other in a ring, the smallest id first; empty if there is none. One
  /// of what is known, or else one that hints complete.
  const std::vector<TaskId>& cycle() const { return cycle_; }
  /// Whether all of them are servers without work, or wait for such: idle, not stuck.
  bool is_only_services() const;

 private:
  Deadlock(std::vector<BlockedTask> tasks, std::vector<TaskId> cycle);
  std::vector<BlockedTask> tasks_;
  std::vector<TaskId> cycle_;
};

/// The await chain of a task that is not running, innermost first.
std::vector<FrameReport> await_chain(const TaskControl& task);

/// Calls f(where) for each of its frames that is not Rill's own, innermost first, as long as f
/// gives true. Line 0: it has not started.
template <class F>
void for_each_await(const TaskControl& task, F f) {
  for (const PromiseBase* frame = task.leaf; frame != nullptr; frame = frame->parent) {
    if (frame->where.line() == 0 && frame != task.leaf) continue;
    if (!f(frame->where)) return;
  }
}

/// The path from the project's root on, or the file's name: the same text on every machine.
std::string short_file(std::string_view path);

/// The name of a function as a reader knows it, from the compiler's spelling of the whole.
std::string short_function(std::string_view pretty);

BlockedTask describe_task(const TaskControl& task);

}  // namespace rill
