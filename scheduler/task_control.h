// The scheduler's record of one spawned task, and the base of everything a task can wait for.
// Internal: programs see TaskRef (scheduler/task_ref.h) and the calls in scheduler/api.h.
//
// A task is a chain of coroutine frames: the spawned one, the one it awaits, and so on to the leaf,
// which is the one that runs. The record outlives the frames for as long as somebody holds a
// TaskRef: a weak {slot, generation} could not tell "finished" from "killed" afterwards, which join
// must.
#pragma once

#include <coroutine>
#include <cstdint>
#include <cstring>
#include <exception>
#include <source_location>
#include <string>
#include <string_view>

#include "scheduler/backend.h"
#include "scheduler/compiler.h"
#include "scheduler/frame_pool.h"
#include "scheduler/list.h"

namespace rill {

class Group;
class PromiseBase;
class Scheduler;
struct TaskControl;

/// How a task ended.
enum class Outcome : std::uint8_t {
  finished,   ///< it returned
  killed,     ///< it was destroyed by kill, by its group, or at the end of the run
  timed_out,  ///< only from timeout(): the deadline came first
};

/// For reports: what a task waits for, and which tasks could end the wait.
struct WaitReport {
  std::string text;  ///< "join of #3 'bob'", "recv from 10.0.0.2:80"
  std::vector<const TaskControl*> on;
  /// An accept or a signal: nothing to expect, so no deadlock by itself (RunOptions::idle_is_ok).
  bool is_service = false;
};

struct WaitTag;
struct ReadyTag;
struct LiveTag;
struct GroupTag;

/// What a blocked task waits for. It is the leaf awaiter, so it lives in the leaf frame, and it
/// links itself into the list of whatever will wake it.
class Wait : public ListNode<WaitTag> {
 public:
  /// The task is about to be unwound: forget it. Afterwards nothing may wake it through this wait.
  virtual void abandon() noexcept { unlink(); }
  virtual WaitReport report() const = 0;

  TaskControl* task = nullptr;

 protected:
  ~Wait() = default;
};

using WaitList = List<Wait, WaitTag>;

struct TaskControl final : ListNode<ReadyTag>, ListNode<LiveTag>, ListNode<GroupTag> {
  enum class State : std::uint8_t { ready, running, blocked, returned, ended };
  static constexpr std::size_t kNameBytes = 24;

  Scheduler* scheduler = nullptr;
  PromiseBase* leaf = nullptr;  ///< the frame that runs next; null when all are gone
  PromiseBase* root = nullptr;  ///< the spawned frame; owned
  Wait* wait = nullptr;         ///< what it waits for; null unless blocked
  WaitList joiners;
  Group* group = nullptr;    ///< which group it belongs to, if any
  std::exception_ptr error;  ///< how it failed; kept for joiners
  std::uint32_t references = 0;
  TaskId id = 0;
  HostId host = 0;
  State state = State::ready;
  Outcome outcome = Outcome::finished;
  char name[kNameBytes] = {};  ///< given by named(); empty: the function's name serves

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
inline void release(TaskControl* task) {
  if (--task->references == 0) delete task;
}

}  // namespace rill
