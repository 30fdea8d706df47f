// The loop that runs tasks: one thread, one backend, one ready list, one timer heap.
//
// Each turn runs ready tasks (at most so many between two looks at the backend, so that neither I/O
// nor timers starve), carries out what they asked for - kills happen here, never inside a callback
// - and then waits for the backend until the next deadline. Invariant: a live task is in exactly
// one state: in the ready list, running, or blocked on one Wait. Internal to Rill; programs use
// run() (scheduler/run.h) and the calls in scheduler/api.h.
#pragma once

#include <exception>
#include <vector>

#include "scheduler/backend.h"
#include "scheduler/run_options.h"
#include "scheduler/task.h"
#include "scheduler/timer_heap.h"

namespace rill {

/// Something a task asked the loop to do for it once the task is suspended: a kill, a cancel.
class Request : public Wait {
 public:
  /// From the loop. Wakes `task` when done - unless the task died of it.
  virtual void carry_out(Scheduler& scheduler) = 0;

 protected:
  ~Request() = default;
};

class Scheduler {
 public:
  /// Throws UsageError if this thread runs a scheduler already. `backend` must outlive it.
  Scheduler(Backend& backend, const RunOptions& options);
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  ~Scheduler();

  /// The scheduler that runs on this thread; throws UsageError, naming `call`, if there is none.
  static Scheduler& current(const char* call);
  static bool is_running() { return current_ != nullptr; }

  /// Takes over a frame and puts it at the end of the ready list. The caller goes on first.
  TaskControl& spawn(PromiseBase* root, Group* group, HostId host);
  /// Runs until every task has ended, or the run failed: then kills what is left and rethrows.
  void run(TaskControl& root);

  TaskControl* running() const { return running_; }
  Backend& backend() { return backend_; }
  RunContext& context() { return context_; }
  TimerHeap& timers() { return timers_; }
  Instant now() { return backend_.now(); }

  /// Suspends the running task until somebody wakes it through `wait`.
  static void block(PromiseBase& frame, Wait& wait) {
    TaskControl& task = *frame.task;
    wait.task = &task;
    task.wait = &wait;
    task.state = TaskControl::State::blocked;
  }
  /// Puts a blocked task at the end of the ready list.
  void wake(TaskControl& task) {
    task.wait = nullptr;
    task.state = TaskControl::State::ready;
    ready_.push_back(task);
    ++ready_count_;
  }
  /// Suspends the running task and lets the loop carry out `request`.
  void ask(PromiseBase& frame, Request& request) {
    block(frame, request);
    requests_.push_back(request);
  }

  void submit(Op& op);
  /// Takes `op` back from the backend at once; its task is not woken.
  void cancel(Op& op);

  /// Destroys the frames of a task that is not running, innermost first, up to but without
  /// `survivor` (null: all), after taking back what it waited for.
  void unwind(TaskControl& task, PromiseBase* survivor);
  /// Destroys a task that is not running: its last destructor has run when this returns.
  void kill(TaskControl& task);
  /// The run ends by `error`, of which `culprit` is to blame. Only the first ends it; see
  /// note_failure().
  void fail(std::exception_ptr error, const std::string& culprit);
  /// Attaches a failure to the report of the run, since run() can rethrow only one.
  void note_failure(const std::exception_ptr& error, const std::string& culprit);

  /// The task table, for people: one line for each live task, with what it waits for and where.
  std::string dump_tasks();
  /// Every live task in the order of spawning.
  template <class F>
  void for_each_task(F f) const {
    live_.for_each(f);
  }

 private:
  void loop(TaskControl& root);
  TaskControl& pick();
  void step(TaskControl& task);
  void carry_out_requests();
  void take_completions();
  bool send_rest(SendOp& op);
  void wait_for_backend();
  void fire_timers();
  void on_idle();
  void end(TaskControl& task, Outcome outcome);
  void shut_down();
  void trace_step(TaskControl& task);
  void write_report();

  static constinit thread_local Scheduler* current_;

  Backend& backend_;
  const RunOptions& options_;
  RunContext context_;
  List<TaskControl, ReadyTag> ready_;
  List<TaskControl, LiveTag> live_;
  WaitList requests_;
  TimerHeap timers_;
  TaskControl* running_ = nullptr;
  std::uint64_t ready_count_ = 0;
  std::uint64_t ops_in_flight_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t steps_at_this_instant_ = 0;
  Instant instant_;  ///< of the last wait, to see whether time moves
  std::uint32_t steps_between_waits_ = 1;
  TaskId last_task_id_ = 0;
  bool orders_tasks_ = false;
  bool stopping_ = false;
  Site ready_site_{"ready", 0};
  Instant started_;
  std::exception_ptr failure_;
  std::vector<std::string> also_failed_;
};

/// Asks every scheduler of the process to print its task table to standard error at its next turn.
/// Async-signal-safe: this is what the handler of SIGQUIT calls.
void request_task_dump() noexcept;

}  // namespace rill
