// The loop that runs tasks: one thread, one backend, one ready list, one timer heap.
//
// Each turn runs ready tasks (at most so many between two looks at the backend, so that neither I/O
// nor timers starve), carries out what they asked for - kills happen here, never inside a callback
// - and then waits for the backend until the next deadline. Invariant: a live task is in exactly
// one state (TaskCore::State): in the ready list, running, blocked on one Wait, or on its way out.
// Internal to Rill; programs use run() (scheduler/run.h) and the calls in scheduler/api.h.
#pragma once

#include <exception>
#include <string>
#include <vector>

#include "scheduler/backend.h"
#include "scheduler/run_options.h"
#include "scheduler/task.h"
#include "scheduler/task_ref.h"
#include "scheduler/timer_heap.h"
#include "scheduler/turns.h"

namespace rill {

/// Something a task asked the loop to do for it once the task is suspended: a kill, a cancel.
class Request : public Wait {
 public:
  /// From the loop. Wakes `task` when done - unless the task died of it.
  virtual void carry_out(Scheduler& scheduler) = 0;
  /// It is carried out right after the step in which it was made: nothing can come between.
  void abandon() noexcept override {}

 protected:
  ~Request() = default;
};

namespace detail {

/// What every spawn() comes down to: takes the frame out of `task` and puts it at the end of the
/// ready list; the caller goes on first. Without a host: on that of the running task.
TaskRef spawn_frame(TaskBase& task, Group* group, const HostId* host);

}  // namespace detail

class Scheduler {
 public:
  /// Throws UsageError if this thread runs a scheduler already, or `backend` is in another run.
  /// `backend` and `options` must outlive it.
  Scheduler(Backend& backend, const RunOptions& options);
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  ~Scheduler();

  /// The scheduler that runs on this thread; throws UsageError, naming `call`, if there is none.
  static Scheduler& current(const char* call) {
    if (current_ == nullptr) [[unlikely]]
      refuse_outside(call);
    return *current_;
  }
  static bool is_running() { return current_ != nullptr; }
  /// The same where a recorder listens (RunOptions::recorder), else null.
  static Scheduler* recorded() { return recorded_; }
  bool is_recorded() const { return tells_wakes_; }

  /// Runs until every task has ended, or the run failed: then kills what is left and rethrows.
  void run(TaskControl& root);

  /// For whom code runs now: the task whose step it is, or the one whose destructors run. Null when
  /// it is the loop's own.
  TaskControl* running() const { return leaving_ != nullptr ? leaving_ : running_; }
  /// Whether running() is a task whose frames are being destroyed by a kill.
  bool is_unwinding() const { return leaving_ != nullptr; }
  /// Differs from that of any other run in this process: for what is kept for one run only. Not
  /// the same in the next process, so nothing may follow from it.
  std::uint64_t run_number() const { return run_number_; }
  Backend& backend() { return backend_; }
  RunContext& context() { return context_; }
  TimerHeap& timers() { return timers_; }
  Instant now() { return backend_.now(); }
  /// What the clock of `host` shows.
  Instant now_on(HostId host) {
    const Instant at = backend_.now();
    return context_.clocks == nullptr ? at : context_.clocks->shown(host, at);
  }
  /// When `length` is over that begins now, by the clock of the task's host.
  Instant deadline_after(Duration length, const TaskControl& task) {
    const Instant at = backend_.now();
    if (context_.clocks == nullptr) [[likely]]
      return at + length;
    return context_.clocks->when(task.host, context_.clocks->shown(task.host, at) + length);
  }

  /// Suspends the running task until somebody wakes it through `wait`.
  static void block(PromiseBase& frame, Wait& wait) {
    TaskControl& task = *frame.task;
    wait.task = &task;
    task.wait = &wait;
    task.state = TaskControl::State::blocked;
  }
  /// Puts a blocked task at the end of the ready list.
  void wake(TaskControl& task) {
    if (tells_wakes_) [[unlikely]]
      tell_wake(task);
    task.state = TaskControl::State::ready;
    ready_.push_back(task);
  }
  /// The same with the running task, which need not wait for anything: it only loses its turn.
  void give_way(TaskControl& task) {
    task.wait = nullptr;
    ready_.push_back(task);
  }
  /// Wakes the longest waiting task and takes it out of `waiters`, which is not empty. Throws
  /// UsageError, naming `call`, on another thread than the task's.
  static ListedWait& wake_first(List<ListedWait, WaitTag>& waiters, const char* call) {
    ListedWait& wait = waiters.front();
    Scheduler& scheduler = *wait.task->scheduler;
    if (&scheduler != current_) [[unlikely]]
      refuse_outside(call);
    wait.unlink();
    scheduler.wake(*wait.task);
    return wait;
  }
  /// Suspends the running task and lets the loop carry out `request`.
  void ask(PromiseBase& frame, Request& request) {
    block(frame, request);
    request_ = &request;
  }

  void submit(Op& op) {
    op.state = Op::State::in_flight;
    ++ops_in_flight_;
    backend_.submit(op);
  }
  /// Takes `op` back from the backend at once; its task is not woken.
  void cancel(Op& op);

  /// Destroys the frames of a task that is not running, innermost first, up to but without
  /// `survivor` (null: all), after taking back what it waited for.
  void unwind(TaskControl& task, PromiseBase* survivor);
  /// Destroys a task that is not running: its last destructor has run when this returns.
  void kill(TaskControl& task);
  /// For a recorder: while there is one, kills are of its making.
  class Blame {
   public:
    /// `by` is the task that wants them, or null; `why` is for people.
    Blame(Scheduler& scheduler, const TaskControl* by, std::string_view why)
        : by_(by), why_(why), scheduler_(scheduler), before_(scheduler.blame_) {
      scheduler.blame_ = this;
    }
    Blame(const Blame&) = delete;
    Blame& operator=(const Blame&) = delete;
    ~Blame() { scheduler_.blame_ = before_; }

   private:
    friend class Scheduler;
    const TaskControl* by_;
    std::string_view why_;
    Scheduler& scheduler_;
    const Blame* before_;
  };

  // ---- for a backend, from at_safe_point() only: see hosts.cc ----------------------------------

  /// Kills the tasks of `host` up to `newest`, newest first, and whomever their destructors spawn
  /// there. Until release_host() every task that is spawned there is killed before its first step.
  void end_host(HostId host, TaskId newest);
  /// No task of `host` takes a step and none of its timers fires, until release_host(). Those that
  /// are ready, or become so, keep their order.
  void hold_host(HostId host);
  /// Its tasks go on, first those that were ready, then those whose timers came due meanwhile.
  void release_host(HostId host);
  /// Who was spawned last so far.
  TaskId newest_task() const { return last_task_id_; }
  bool is_held(HostId host) const { return mode_of(host) == HostMode::held; }

  /// The run ends by `error`, of which `culprit` is to blame. Only the first ends it; see
  /// note_failure().
  void fail(std::exception_ptr error, const std::string& culprit);
  bool has_failed() const { return failure_ != nullptr; }
  /// Attaches a failure to the report of the run, since run() can rethrow only one.
  void note_failure(const std::exception_ptr& error, const std::string& culprit);
  /// For a group that keeps a failure until somebody waits for it. Should the run end before the
  /// group does, the run fails.
  void keep_in_mind(Group& failed);

  /// The task table, for people: one line for each live task, with what it waits for and where.
  std::string dump_tasks();
  /// Every live task in the order of spawning, so of id.
  template <class F>
  void for_each_task(F f) const {
    live_.for_each(f);
  }

 private:
  friend TaskRef detail::spawn_frame(TaskBase& task, Group* group, const HostId* host);

  [[noreturn]] static void refuse_outside(const char* call);

  enum class HostMode : std::uint8_t { runs, held, ended };

  TaskRef spawn(TaskBase& task, Group* group, const HostId* host);
  void loop();
  template <bool kWatched>
  void run_ready();
  void trace_spawn(const TaskControl& task);
  void tell_wake(const TaskControl& task);
  void tell_block(const TaskControl& task);
  void tell_more(std::string_view text);
  void tell_blame();
  void before_step(TaskControl& task);
  void after_step(TaskControl& task);
  void tell_watcher(void (StepWatcher::*call)());
  void heed_backend();
  void carry_out_request();
  void reach_safe_point();
  HostMode mode_of(HostId host) const {
    return host < host_modes_.size() ? host_modes_[host] : HostMode::runs;
  }
  void set_mode(HostId host, HostMode mode);
  void sort_ready_by_mode();
  bool put_first_timer_aside();
  void take_completions();
  void wait_for_backend();
  void fire_timers();
  void check_progress(Instant now);
  [[noreturn]] void refuse_to_go_on(const std::string& why);
  void on_idle();
  void finish(TaskControl& task);
  void settle(TaskControl& task);
  void shut_down();
  void write_report();

  static constinit thread_local Scheduler* current_;
  static constinit thread_local Scheduler* recorded_;

  // What each step looks at comes first.
  Backend& backend_;
  List<TaskControl, ReadyTag> ready_;
  TaskControl* running_ = nullptr;  ///< whose step it is; stale between the steps of a turn
  Request* request_ = nullptr;      ///< of the task that ran last
  std::uint64_t ops_in_flight_ = 0;
  std::uint32_t steps_between_waits_ = 1;
  bool orders_tasks_ = false;
  bool keeps_turns_ = false;
  bool is_bounded_ = false;  ///< somebody wants to know of endless runs
  bool stopping_ = false;
  bool is_watched_ = false;              ///< see run_ready()
  bool tells_wakes_ = false;             ///< to a recorder
  std::uint32_t hosts_not_running_ = 0;  ///< how many are held or ended
  std::uint64_t steps_ = 0;
  RunContext context_;

  TaskControl* leaving_ = nullptr;  ///< whose frames are being destroyed
  // For a recorder: by what tasks are woken now, if not by a task.
  const Op* completing_ = nullptr;
  bool is_firing_ = false;  ///< a timer
  const Blame* blame_ = nullptr;
  List<TaskControl, LiveTag> live_;
  TimerHeap timers_;
  const RunOptions& options_;
  const std::uint64_t run_number_;
  TaskId last_task_id_ = 0;
  TaskControl* root_ = nullptr;
  Turns turns_;  ///< only if an oracle orders tasks, or steps take time
  Instant started_;
  Instant instant_;                     ///< when time was last seen to move, ...
  std::uint64_t steps_at_instant_ = 0;  ///< ... and `steps_` then
  std::uint32_t dumps_seen_ = 0;
  std::vector<HostMode> host_modes_;  ///< by host, as far as any was held or ended
  List<TaskControl, ReadyTag> held_;  ///< ready tasks of hosts that are held
  List<Group, FailedTag> failed_groups_;
  std::exception_ptr failure_;
  std::vector<std::string> also_failed_;
};

namespace detail {

/// The running task's host; 0 outside of a task.
inline HostId current_host(const Scheduler& scheduler) {
  return scheduler.running() != nullptr ? scheduler.running()->host : 0;
}

}  // namespace detail

/// Asks every scheduler of the process to print its task table to standard error at its next turn.
/// Async-signal-safe: this is what the handler of SIGQUIT calls.
void request_task_dump() noexcept;

}  // namespace rill
