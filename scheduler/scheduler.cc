// The loop. See scheduler.h for its shape and invariant; how tasks end is in ending.cc, reports are
// in deadlock.cc.
#include "scheduler/scheduler.h"

#include <atomic>
#include <cstdio>

#include "scheduler/check.h"
#include "scheduler/deadlock.h"
#include "scheduler/group.h"

namespace rill {
namespace {

// A count, so that each scheduler of the process sees each request. Lock-free, so that a signal
// handler may raise it (C++20, [support.signal]).
std::atomic<std::uint32_t> dumps_requested = 0;
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

}  // namespace

constinit thread_local Scheduler* Scheduler::current_ = nullptr;

void request_task_dump() noexcept { dumps_requested.fetch_add(1, std::memory_order_relaxed); }

Scheduler::Scheduler(Backend& backend, const RunOptions& options)
    : backend_(backend), options_(options) {
  if (current_ != nullptr) {
    throw UsageError(
        "run() was called inside run() on the same thread: spawn or await the task instead");
  }
  if (backend.in_run_) {
    throw UsageError("run() got a backend that is in another run: each thread needs its own");
  }
  context_.oracle = options.oracle;
  if (options.fingerprint || options.trace_sink != nullptr || backend.is_simulated())
    context_.trace.enable(options.trace_sink);
  orders_tasks_ = options.oracle != nullptr && options.oracle->orders_tasks();
  backend_.attach(context_);
  steps_between_waits_ = backend_.steps_between_waits();
  started_ = instant_ = backend_.now();
  dumps_seen_ = dumps_requested.load(std::memory_order_relaxed);
  backend_.in_run_ = true;
  current_ = this;  // last, since a constructor that throws runs no destructor
}

Scheduler::~Scheduler() {
  shut_down();  // only finds something if run() was never called
  backend_.detach();
  backend_.in_run_ = false;
  current_ = nullptr;
}

void Scheduler::refuse_outside(const char* call) {
  throw UsageError(std::string(call) +
                   " was called outside run(), or on another thread than run(): a Rill program is "
                   "one thread, and tasks live inside run()");
}

TaskControl& Scheduler::spawn(TaskBase& frame, Group* group, HostId host) {
  auto* task = new TaskControl;
  PromiseBase* const root = frame.give_up();
  task->scheduler = this;
  task->references = 1;  // ours, until it ends
  task->id = ++last_task_id_;
  task->host = host;
  task->group = group;
  task->leaf = root;
  root->task = task;
  live_.push_back(*task);
  ready_.push_back(*task);
  if (context_.trace.enabled()) context_.trace.record(EventKind::spawn, task->id, host);
  return *task;
}

void Scheduler::run(TaskControl& root) {
  root_ = &root;
  try {
    loop();
  } catch (...) {  // what the loop itself reports: Deadlock, NoProgress
    fail(std::current_exception(), "the run");
  }
  shut_down();
  write_report();
  if (failure_) std::rethrow_exception(failure_);
}

void Scheduler::loop() {
  while (!live_.empty()) {
    run_ready();
    if (stopping_ || live_.empty()) return;
    wait_for_backend();
    fire_timers();
    if (stopping_) return;
    if (dumps_requested.load(std::memory_order_relaxed) != dumps_seen_) [[unlikely]] {
      dumps_seen_ = dumps_requested.load(std::memory_order_relaxed);
      std::fputs(dump_tasks().c_str(), stderr);
    }
  }
}

inline TaskControl& Scheduler::pick() {
  return orders_tasks_ ? pick_by_oracle() : ready_.take_front();
}

TaskControl& Scheduler::pick_by_oracle() {
  TaskControl& task = ready_.at(context_.decide(ready_site_, ready_.count()));
  static_cast<ListNode<ReadyTag>&>(task).leave();
  return task;
}

void Scheduler::run_ready() {
  std::uint32_t left = steps_between_waits_;
  while (left > 0 && !ready_.empty()) {
    --left;
    TaskControl& task = pick();
    running_ = &task;
    task.state = TaskControl::State::running;
    const bool is_traced = context_.trace.enabled();
    if (is_traced) {
      context_.trace.set_running(&task, task.id);
      context_.trace.record(EventKind::step);
    }
    // The trampoline: an awaited child or a caller that goes on only changes task.leaf.
    do {
      task.leaf->frame().resume();
    } while (task.state == TaskControl::State::running);
    if (is_traced) {
      if (context_.trace.has_sink()) describe_block(task);
      context_.trace.set_running(nullptr, 0);
    }
    running_ = nullptr;
    if (steps_between_waits_ == 1) backend_.step_ended(task);
    if (task.state == TaskControl::State::returned) end(task, Outcome::finished);
    if (backend_.has_completed()) take_completions();
    if (request_ != nullptr) carry_out_request();
    if (stopping_) break;
  }
  steps_ += steps_between_waits_ - left;
}

void Scheduler::describe_block(TaskControl& task) {
  if (task.state != TaskControl::State::blocked) return;
  context_.trace.tell(EventKind::block, task.wait->report().text);
}

void Scheduler::carry_out_request() { std::exchange(request_, nullptr)->carry_out(*this); }

void Scheduler::submit(Op& op) {
  op.state = Op::State::in_flight;
  ++ops_in_flight_;
  backend_.submit(op);
}

void Scheduler::cancel(Op& op) {
  op.task = nullptr;  // whatever comes back now wakes nobody
  if (op.state == Op::State::in_flight) backend_.cancel(op);
  RILL_CHECK(op.state == Op::State::completed,
             "a backend's cancel() returned before the operation was handed back");
  take_completions();
}

void Scheduler::take_completions() {
  while (Op* op = backend_.take_completed()) {
    --ops_in_flight_;
    if (context_.trace.enabled()) {
      context_.trace.record(EventKind::complete, static_cast<std::uint64_t>(op->kind),
                            static_cast<std::uint64_t>(op->result));
    }
    if (op->task == nullptr) continue;
    if (op->kind == OpKind::send && send_rest(static_cast<SendOp&>(*op))) continue;
    wake(*op->task);
  }
}

bool Scheduler::send_rest(SendOp& op) {
  if (!op.all || op.result < 0) return false;
  const auto taken = static_cast<std::size_t>(op.result);
  op.sent_bytes += taken;
  op.data += taken;
  op.size_bytes -= taken;
  op.result = static_cast<std::int64_t>(op.sent_bytes);
  if (op.size_bytes == 0) return false;
  RILL_CHECK(taken > 0, "a backend's send took nothing and called it success");
  submit(op);
  return true;
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
  const bool is_hopeless = ops_in_flight_ == 0 && deadline == Instant::never();
  const bool is_idle = is_hopeless || backend_.wait(deadline) == Waited::idle;
  take_completions();
  if (is_idle && ready_.empty()) on_idle();
}

void Scheduler::fire_timers() {
  if (timers_.empty() && options_.most_steps_at_one_instant == 0) return;
  const Instant now = backend_.now();
  if (options_.most_steps_at_one_instant != 0) check_progress(now);
  while (timers_.next_deadline() <= now) timers_.pop().fire();
}

void Scheduler::check_progress(Instant now) {
  if (now != instant_) {
    instant_ = now;
    steps_at_instant_ = steps_;
    return;
  }
  const std::uint64_t steps = steps_ - steps_at_instant_;
  if (steps <= options_.most_steps_at_one_instant) return;
  throw NoProgress("no progress: " + std::to_string(steps) +
                   " steps without a moment passing; some task loops without waiting for "
                   "anything\n" +
                   dump_tasks());
}

void Scheduler::on_idle() {
  Deadlock deadlock = Deadlock::describe_blocked_tasks(*this);
  if (!options_.idle_is_ok || !deadlock.is_only_services()) throw deadlock;
  stopping_ = true;
}

}  // namespace rill
