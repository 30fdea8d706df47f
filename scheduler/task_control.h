// The scheduler's record of one spawned task, and the base of everything a task can wait for.
// Internal: programs see TaskRef (scheduler/task_ref.h) and the calls in scheduler/api.h.
//
// A task is a chain of coroutine frames: the spawned one (the root), the one it awaits, and so on
// to the leaf, which is the one that runs. The record outlives the frames for as long as somebody
// holds a TaskRef: a weak {slot, generation} could not tell "finished" from "killed" afterwards,
// which join must.
#pragma once

#include <cstdint>
#include <exception>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/frame_pool.h"
#include "scheduler/ids.h"
#include "scheduler/list.h"
#include "scheduler/time.h"

namespace rill {

class Group;
class PromiseBase;
class Scheduler;
class SyncObject;
struct TaskControl;

/// How a task ended.
enum class Outcome : std::uint8_t {
  finished,   ///< it returned
  killed,     ///< it was destroyed by kill, by its group, or at the end of the run
  timed_out,  ///< only from timeout(): the deadline came first
};

/// Where nobody owes the end of a wait: who was seen doing what would end it. A fact about the
/// past, and so a hint, no more: others may do it, and this one may never do it again.
struct Hint {
  const char* deed = "";  ///< "took from it before"; empty: nobody kept watch
  TaskId by = 0;          ///< 0: nobody so far
};

/// For reports: what a task waits for, and which tasks could end the wait.
struct WaitReport {
  std::string text;                         ///< "join of #3 'bob'", "recv from 10.0.0.2:80"
  std::vector<const TaskControl*> on = {};  ///< all who could, where that is known
  /// An accept or a signal: nothing to expect, so no deadlock by itself (RunOptions::idle_is_ok).
  bool is_service = false;
  // For traces:
  const char* what = "wait";     ///< "recv", "join", ...: one word
  std::uint32_t slot = 0;        ///< Handle::slot of the connection or listener, and 1; 0: none
  Instant until = {};            ///< when it ends by itself; 0: never
  Duration limit = {};           ///< how long that is from when it began
  SyncObject* object = nullptr;  ///< which channel, semaphore or event
};

/// What a blocked task waits for. It is the leaf awaiter, so it lives in the leaf frame.
class Wait {
 public:
  Wait() = default;
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  /// The task is about to be unwound: forget it. Afterwards nothing may wake it through this wait.
  virtual void abandon() noexcept = 0;
  virtual WaitReport report() const = 0;
  /// Only where the report does not know `on`. Apart from it, since traces have no use for it.
  virtual Hint hint() const { return {}; }
  /// What sites of choices are keyed by (scheduler/turns.h): by default the name of its class. A
  /// class template must give another, since how its arguments are called differs between
  /// compilers, and changes with the program.
  virtual std::string_view kind() const;

  TaskControl* task;  ///< who waits; set when it blocks

 protected:
  ~Wait() = default;
};

struct WaitTag;
struct ReadyTag;
struct LiveTag;
struct GroupTag;
struct FailedTag;

/// A wait in the list of what will wake it. While its task is blocked it is in that list - or the
/// list has died, and nothing will ever wake it: is_linked() tells reports which.
class ListedWait : public Wait, public ListNode<WaitTag> {
 public:
  void abandon() noexcept override { unlink(); }

 protected:
  ~ListedWait() = default;
};

/// The waits of something that may die before they end.
using WaitList = LettingGoList<ListedWait, WaitTag>;

/// What every step of a task touches: one cache line.
struct TaskCore : ListNode<ReadyTag> {
  TaskCore() : ListNode<ReadyTag>(LeaveUnset()) {}
  enum class State : std::uint8_t {
    ready,     ///< in the ready list - or running, as Scheduler::running() knows
    blocked,   ///< `wait` will wake it
    returned,  ///< the root frame is done, but not destroyed yet
    leaving,   ///< its frames are being destroyed
    ended
  };

  PromiseBase* leaf = nullptr;  ///< the frame that runs next; null when all are gone
  union {
    Wait* wait = nullptr;             ///< what it waits for while blocked; stale otherwise
    std::source_location last_await;  ///< when its frames go: where the outermost of them was last
  };
  Scheduler* scheduler = nullptr;
  std::exception_ptr error;  ///< on its way to the awaiting frame; at the end: how the task failed
  std::uint32_t references = 0;
  TaskId id = 0;
  HostId host = 0;
  State state = State::ready;
  Outcome outcome = Outcome::finished;
  bool error_is_taken = false;  ///< some joiner has got `error`
};

struct TaskControl final : TaskCore, ListNode<LiveTag>, ListNode<GroupTag> {
  static constexpr std::size_t kMostNameBytes = 63;

  TaskControl() : ListNode<LiveTag>(LeaveUnset()), ListNode<GroupTag>(LeaveUnset()) {}
  ~TaskControl() {
    if (name != nullptr) drop_name();
  }
  /// Keeps a copy of the first kMostNameBytes bytes.
  void set_name(std::string_view text);
  void drop_name() noexcept;

  List<ListedWait, WaitTag> joiners;  ///< Joins; after a failure: those whose turn has not come yet
  Group* group = nullptr;             ///< which group it belongs to, if any
  const char* name = nullptr;         ///< see Naming

  static void* operator new(std::size_t size_bytes) { return frame_pool.allocate(size_bytes); }
  static void operator delete(void* block, std::size_t size_bytes) {
    frame_pool.release(block, size_bytes);
  }
};

/// One frame of a task's await chain.
struct FrameReport {
  std::string function;
  std::string file;
  std::uint32_t line = 0;  ///< of the await in which the frame is suspended; 0: not started
};

/// "#7 'echoer'".
std::string describe(const TaskControl& task);
/// Its name: given, or from the function it was spawned with.
std::string task_name(const TaskControl& task);

inline void retain(TaskControl* task) { ++task->references; }
void delete_record(TaskControl* task) noexcept;
inline void release(TaskControl* task) noexcept {
  if (--task->references == 0) delete_record(task);
}

}  // namespace rill
