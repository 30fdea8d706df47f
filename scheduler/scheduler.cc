// The loop. See scheduler.h for its shape and invariant; how tasks end is in ending.cc, how
// operations come and go in operation.cc, endless runs are in progress.cc, reports in deadlock.cc.
#include "scheduler/scheduler.h"

#include <atomic>
#include <cstdio>

#include "scheduler/group.h"

namespace rill {
namespace {

// A count, so that each scheduler of the process sees each request. Lock-free, so that a signal
// handler may raise it (C++20, [support.signal]).
std::atomic<std::uint32_t> dumps_requested = 0;
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

std::atomic<std::uint64_t> runs = 0;

}  // namespace

constinit thread_local Scheduler* Scheduler::current_ = nullptr;
constinit thread_local Scheduler* Scheduler::recorded_ = nullptr;

void request_task_dump() noexcept { dumps_requested.fetch_add(1, std::memory_order_relaxed); }

Scheduler::Scheduler(Backend& backend, const RunOptions& options)
    : backend_(backend),
      options_(options),
      run_number_(runs.fetch_add(1, std::memory_order_relaxed) + 1) {
  if (current_ != nullptr) {
    throw UsageError(
        "run() was called inside run() on the same thread: spawn or await the task instead");
  }
  if (backend.in_run_) {
    throw UsageError("run() got a backend that is in another run: each thread needs its own");
  }
  context_.oracle = options.oracle;
  if (options.fingerprint || options.trace_sink != nullptr || options.recorder != nullptr ||
      backend.is_simulated())
    context_.trace.enable(options.trace_sink, options.recorder);
  tells_wakes_ = context_.trace.has_recorder();
  orders_tasks_ = options.oracle != nullptr && options.oracle->orders_tasks();
  backend_.attach(context_);
  steps_between_waits_ = backend_.steps_between_waits();
  keeps_turns_ = orders_tasks_ || (steps_between_waits_ == 1 && options.oracle != nullptr);
  if (keeps_turns_) context_.turns = &turns_;
  is_bounded_ =
      options.most_steps_at_one_instant != 0 || options.most_steps != 0 || options.most_time.ns > 0;
  started_ = instant_ = backend_.now();
  dumps_seen_ = dumps_requested.load(std::memory_order_relaxed);
  backend_.in_run_ = true;
  if (tells_wakes_) recorded_ = this;
  current_ = this;  // last, since a constructor that throws runs no destructor
}

Scheduler::~Scheduler() {
  shut_down();  // only finds something if run() was never called
  backend_.detach();
  backend_.in_run_ = false;
  recorded_ = nullptr;
  current_ = nullptr;
}

void Scheduler::refuse_outside(const char* call) {
  throw UsageError(std::string(call) +
                   " was called outside run(), or on another thread than run(): a Rill program is "
                   "one thread, and tasks live inside run()");
}

inline TaskRef Scheduler::spawn(TaskBase& frame, Group* group, const HostId* host) {
  auto* task = new TaskControl;
  PromiseBase* const root = frame.give_up();
  const TaskControl* const parent = running();
  task->leaf = root;
  task->scheduler = this;
  task->references = 2;  // ours, until it ends, and the caller's
  task->id = ++last_task_id_;
  task->host = host != nullptr ? *host : parent != nullptr ? parent->host : 0;
  task->group = group;
  root->task = task;
  live_.push_back(*task);
  ready_.push_back(*task);
  if (context_.trace.enabled()) trace_spawn(*task);
  if (keeps_turns_) [[unlikely]]
    turns_.add(parent != nullptr ? parent->id : 0);
  return TaskRef::adopt(*task);
}

[[gnu::noinline]] void Scheduler::trace_spawn(const TaskControl& task) {
  if (context_.trace.has_recorder()) {
    EventDetail detail;
    detail.target = &task;
    context_.trace.set_detail(detail);
  }
  context_.trace.record(EventKind::spawn, task.id, task.host);
}

[[gnu::noinline]] void Scheduler::tell_wake(const TaskControl& task) {
  // What it wanted was there: it only loses its turn.
  if (context_.trace.running() == &task && leaving_ == nullptr) return;
  EventDetail detail;
  detail.target = &task;
  Waker waker = Waker::task;
  if (completing_ != nullptr) {
    waker = Waker::network;
    detail.op = completing_;
  } else if (is_firing_ && leaving_ == nullptr) {  // not by a destructor of whom the timer ends
    waker = Waker::timer;
  }
  context_.trace.set_detail(detail);
  context_.trace.tell_recorder(EventKind::wake, task.id, static_cast<std::uint64_t>(waker));
}

TaskRef detail::spawn_frame(TaskBase& task, Group* group, const HostId* host) {
  Scheduler& scheduler = Scheduler::current("spawn()");
  if (task.is_empty()) refuse_moved_from("spawn()");
  return scheduler.spawn(task, group, host);
}

void Scheduler::run(TaskControl& root) {
  root_ = &root;
  try {
    loop();
  } catch (...) {  // what the loop itself reports: Deadlock, NoProgress
    running_ = nullptr;
    fail(std::current_exception(), "the run");
  }
  shut_down();
  if (context_.failure_of_backend && !failure_) heed_backend();
  if (options_.step_watcher != nullptr && !failure_) tell_watcher(&StepWatcher::on_end);
  write_report();
  if (failure_) std::rethrow_exception(failure_);
}

void Scheduler::loop() {
  is_watched_ = orders_tasks_ || context_.trace.enabled() || steps_between_waits_ == 1 ||
                options_.step_watcher != nullptr;
  if (context_.wants_safe_point) reach_safe_point();
  while (!live_.empty()) {
    is_watched_ ? run_ready<true>() : run_ready<false>();
    if (stopping_ || live_.empty()) return;
    wait_for_backend();
    if (context_.wants_safe_point) [[unlikely]]
      reach_safe_point();
    fire_timers();
    if (context_.failure_of_backend) [[unlikely]]
      heed_backend();
    if (stopping_) return;
    if (dumps_requested.load(std::memory_order_relaxed) != dumps_seen_) [[unlikely]] {
      dumps_seen_ = dumps_requested.load(std::memory_order_relaxed);
      std::fputs(dump_tasks().c_str(), stderr);
    }
  }
}

/// The end of the task whose step it was. Destructors of its arguments still act for it.
inline void Scheduler::finish(TaskControl& task) {
  PromiseBase* const root = std::exchange(task.leaf, nullptr);
  task.last_await = root->where;
  const bool is_traced = context_.trace.enabled();
  if (is_traced) context_.trace.set_running(&task, task.id);
  root->frame().destroy();
  if (is_traced) context_.trace.set_running(nullptr, 0);
  running_ = nullptr;
  if (is_traced || task.error || task.group != nullptr || &task == root_) {
    settle(task);
    return;
  }
  task.state = TaskControl::State::ended;
  static_cast<ListNode<LiveTag>&>(task).leave();
  while (!task.joiners.empty()) wake(*task.joiners.pop_front().task);
  release(&task);
}

inline void Scheduler::before_step(TaskControl& task) {
  if (!context_.trace.enabled()) return;
  context_.trace.set_running(&task, task.id);
  context_.trace.record(EventKind::step);
}

inline void Scheduler::after_step(TaskControl& task) {
  if (context_.trace.has_sink() && task.state == TaskControl::State::blocked) [[unlikely]]
    tell_block(task);
  context_.trace.set_running(nullptr, 0);
  if (steps_between_waits_ == 1) {
    if (task.state == TaskControl::State::returned) task.wait = nullptr;  // gone with its frame
    backend_.step_ended(task);
  }
}

[[gnu::noinline]] void Scheduler::tell_block(const TaskControl& task) {
  const WaitReport wait = task.wait->report();
  if (context_.trace.has_recorder()) {
    EventDetail detail;
    detail.wait = &wait;
    context_.trace.set_detail(detail);
  }
  context_.trace.tell(EventKind::block, wait.text);
}

/// `kWatched`: somebody looks on - a trace, an oracle that picks, a backend that wants to know of
/// each step. In two versions, since a plain run should not even ask.
template <bool kWatched>
void Scheduler::run_ready() {
  std::uint32_t left = steps_between_waits_;
  while (left > 0 && !ready_.empty()) {
    if (kWatched && hosts_not_running_ > 0) [[unlikely]] {
      sort_ready_by_mode();
      if (ready_.empty()) break;
    }
    --left;
    TaskControl& task =
        kWatched && orders_tasks_ ? turns_.take_next(ready_, context_) : ready_.take_front();
    running_ = &task;
    // With more tasks than fit into the cache, the next frame is on its way while this one runs.
    if (!ready_.empty()) __builtin_prefetch(ready_.front().leaf);
    if (kWatched) before_step(task);
    // The trampoline. A frame that called a child, or returned to its caller, has put the next one
    // into its place as the leaf; one that waits is still there.
    PromiseBase* resumed;
    do {
      resumed = task.leaf;
      resumed->frame().resume();
    } while (task.leaf != resumed);
    if (kWatched) after_step(task);
    // First of all: what the program makes of a failed call is not to blame.
    if (kWatched && context_.failure_of_backend) [[unlikely]]
      heed_backend();
    if (task.state == TaskControl::State::returned) finish(task);
    if (backend_.has_completed()) take_completions();
    if (request_ != nullptr) carry_out_request();
    if (context_.wants_safe_point) [[unlikely]] {
      reach_safe_point();
      if (!kWatched) break;  // a host may be held or ended from now on, which only the other knows
    }
    if (kWatched && options_.step_watcher != nullptr) tell_watcher(&StepWatcher::on_step);
    if (stopping_) break;
  }
  running_ = nullptr;
  steps_ += steps_between_waits_ - left;
}

void Scheduler::heed_backend() {
  fail(std::exchange(context_.failure_of_backend, nullptr), "the backend");
}

void Scheduler::carry_out_request() {
  running_ = nullptr;
  std::exchange(request_, nullptr)->carry_out(*this);
}

void Scheduler::wait_for_backend() {
  if (!ready_.empty()) {
    // Nothing to hear from the backend, and time stands still or flies by itself.
    if (ops_in_flight_ == 0 && timers_.empty() && steps_between_waits_ > 1) return;
    backend_.wait(started_);  // a deadline in the past: look, do not block
    take_completions();
    return;
  }
  const Instant deadline = timers_.next_deadline();
  const bool is_hopeless =
      ops_in_flight_ == 0 && deadline == Instant::never() && !backend_.has_plans();
  const bool is_idle = is_hopeless || backend_.wait(deadline) == Waited::idle;
  take_completions();
  if (is_idle && ready_.empty()) on_idle();
}

void Scheduler::fire_timers() {
  if (timers_.empty() && !is_bounded_) return;
  const Instant now = backend_.now();
  if (is_bounded_) check_progress(now);
  while (timers_.next_deadline() <= now) {
    if (hosts_not_running_ > 0 && put_first_timer_aside()) [[unlikely]]
      continue;
    is_firing_ = true;
    timers_.pop().fire();
    is_firing_ = false;
  }
}

/// What it throws ends the run, but not the loop's own bookkeeping.
void Scheduler::tell_watcher(void (StepWatcher::*call)()) {
  running_ = nullptr;
  try {
    (options_.step_watcher->*call)();
  } catch (...) {
    fail(std::current_exception(), "the run");
  }
}

}  // namespace rill
