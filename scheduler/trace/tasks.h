// The tasks of a run, as its trace names them: "reader#4", the same from its spawn to its end.
//
// What a task is called is not known when it is spawned: named() comes later, and the function that
// it runs is known at its first await only. So records are held back, in order, until whom they
// speak of has a name: for a moment, as a rule, and never more than kMostHeldBytes of them; then a
// task without a name is "task#4" for good. Invariant: what is kept here belongs to tasks that are
// alive, or to records that are held back.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "scheduler/task_control.h"
#include "scheduler/trace/objects.h"
#include "scheduler/trace/record.h"

namespace rill::trace {

/// A timeout() around a task.
struct TracedTimeout {
  std::uint64_t until_ns = 0;
  std::uint64_t limit_ns = 0;
  std::string at;  ///< the await of it; empty: not known
};

struct TracedTask {
  TaskId id = 0;
  HostId host = 0;
  const TaskControl* control = nullptr;  ///< null: it has ended
  std::string who;                       ///< empty: not known yet
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

  explicit Tasks(RecordSink& sink) : sink_(sink) {}

  /// A task that is alive. Null for null.
  const TaskPointer& of(const TaskControl* control);
  /// One that was told of before, or null.
  const TaskPointer& of(TaskId id);
  /// It has ended: its name will be the one that it has now.
  void end(TracedTask& task);

  /// Hands on `record` with the names of `task` and `target`, either of which may be null; or keeps
  /// it until they are known.
  void write(Record& record, const TaskPointer& task, const TaskPointer& target);
  /// Nothing is held back from here on.
  void write_all();

  std::size_t alive() const { return tasks_.size(); }
  std::size_t held() const { return held_.size(); }

 private:
  struct Held {
    Record record;
    TaskPointer task;
    TaskPointer target;
  };

  static bool is_named(TracedTask& task);
  static void name_at_last(TracedTask& task);
  static std::size_t size_of(const Held& held);
  void hand_on(Held& held);
  void hand_on_what_is_known();

  RecordSink& sink_;
  std::unordered_map<TaskId, TaskPointer> tasks_;  // deterministic: never iterated
  std::deque<Held> held_;
  std::size_t held_bytes_ = 0;
};

}  // namespace rill::trace
