// The tasks of a run, as its trace names them: "reader#4", the same from its spawn to its end.
//
// What a task is called is not known when it is spawned: named() comes later, and the function that
// it runs is known at its first await only. So lines are held back, in order, until whom they speak
// of has a name: for a moment, as a rule, and never more than kMostHeldBytes of them; then a task
// without a name is "task#4" for good. Invariant: what is kept here belongs to tasks that are
// alive, or to lines that are held back.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "scheduler/task_control.h"
#include "scheduler/trace/line.h"
#include "scheduler/trace/line_sink.h"
#include "scheduler/trace/objects.h"

namespace rill::trace {

/// A timeout() around a task.
struct TracedTimeout {
  std::uint64_t until_ns = 0;
  std::uint64_t limit_ns = 0;
  const Name* at = nullptr;  ///< the await of it, among Places; null: not known
};

struct TracedTask : std::enable_shared_from_this<TracedTask> {
  TaskId id = 0;
  HostId host = 0;
  const TaskControl* control = nullptr;  ///< null: it has ended
  Name who;                              ///< empty: not known yet
  std::uint64_t last_step = 0;           ///< n of its last step
  std::uint64_t connecting = 0;          ///< the socket that it last connected
  std::uint64_t resolved = 0;            ///< n of the last answer to its questions
  std::vector<TracedTimeout> timeouts;   ///< the outermost first
  ObjectPointer waits_on;                ///< what it blocked on; null: nothing of the kind
  ObjectPointer handed;                  ///< what it was given by, and takes in its next step
  std::uint64_t handed_by = 0;           ///< n of the event that gave it
  std::uint64_t offered = 0;             ///< n of its last value that found a channel full
  std::uint64_t taken = 0;               ///< n of the event by which it has its last value
};
using TaskPointer = std::shared_ptr<TracedTask>;

class Tasks {
 public:
  static constexpr std::size_t kMostHeldBytes = std::size_t{16} << 20;

  explicit Tasks(LineSink& sink) : sink_(sink) {}

  /// A task that is alive; it is good until it ends. Null for null.
  TracedTask* of(const TaskControl* control) {
    if (control == nullptr) return nullptr;
    TracedTask* const recent = recent_[control->id & (recent_.size() - 1)];
    return recent != nullptr && recent->id == control->id ? recent : find_or_add(*control);
  }
  /// One that was told of before, or null.
  TracedTask* of(TaskId id) const;
  /// It has ended: its name will be the one that it has now. Who is asked for it lives on for as
  /// long as the result.
  TaskPointer end(TracedTask& task);

  /// Hands on the line of `record` with the names of `task` and `target`, either of which may be
  /// null; or keeps it until they are known.
  void write(LiveRecord& record, TracedTask* task, TracedTask* target);
  /// Nothing is held back from here on.
  void write_all();

  std::size_t alive() const { return tasks_.size(); }
  std::size_t held() const { return held_.size(); }

 private:
  /// A line without some names.
  struct Held {
    Kind kind;
    std::string line;
    std::array<std::size_t, 2> holes;
    TaskPointer task;    ///< null: its name is in the line, or there is none
    TaskPointer target;  ///< the same
  };

  TracedTask* find_or_add(const TaskControl& control);
  static bool is_named(TracedTask& task) {
    return !task.who.empty() || (task.control != nullptr && is_named_now(task));
  }
  static bool is_named_now(TracedTask& task);
  static void name_at_last(TracedTask& task);
  /// The line that was just made, until the names of these are known, and its turn has come.
  void hold(Kind kind, TracedTask* task, TracedTask* target);
  void hand_on(const Held& held);
  void hand_on_what_is_known();

  LineSink& sink_;
  std::unordered_map<TaskId, TaskPointer> tasks_;                   // deterministic: never iterated
  std::vector<TracedTask*> recent_ = std::vector<TracedTask*>(64);  // by the low bits of the id
  Line line_;
  std::deque<Held> held_;
  std::size_t held_bytes_ = 0;
  std::string whole_;  // the line that is handed on
};

}  // namespace rill::trace
