// The loop. See scheduler.h for its shape and invariant; reports are in report.cc.
#include "scheduler/scheduler.h"

#include <csignal>
#include <cstdio>

#include "scheduler/check.h"
#include "scheduler/deadlock.h"
#include "scheduler/group.h"

namespace rill {
namespace {

volatile std::sig_atomic_t dump_requested = 0;

std::string message_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception that is not a std::exception";
  }
}

}  // namespace

constinit thread_local Scheduler* Scheduler::current_ = nullptr;

void request_task_dump() noexcept { dump_requested = 1; }

Scheduler::Scheduler(Backend& backend, const RunOptions& options)
    : backend_(backend), options_(options) {
  if (current_ != nullptr) {
    throw UsageError(
        "run() was called inside run() on the same thread: spawn or await the task instead");
  }
  current_ = this;
  context_.oracle = options.oracle;
  if (options.fingerprint || options.trace_sink != nullptr)
    context_.trace.enable(options.trace_sink);
  orders_tasks_ = options.oracle != nullptr && options.oracle->orders_tasks();
  backend_.attach(context_);
  steps_between_waits_ = backend_.steps_between_waits();
  started_ = instant_ = backend_.now();
}

Scheduler::~Scheduler() {
  shut_down();  // only finds something if run() was never called
  backend_.detach();
  current_ = nullptr;
}

Scheduler& Scheduler::current(const char* call) {
  if (current_ == nullptr) {
    throw UsageError(
        std::string(call) +
        " was called outside run(), or on another thread than run(): a Rill program is "
        "one thread, and tasks live inside run()");
  }
  return *current_;
}

TaskControl& Scheduler::spawn(PromiseBase* root, Group* group, HostId host) {
  auto* task = new TaskControl;
  retain(task);
  task->scheduler = this;
  task->id = ++last_task_id_;
  task->host = host;
  task->group = group;
  task->root = task->leaf = root;
  root->task = task;
  live_.push_back(*task);
  ready_.push_back(*task);
  ++ready_count_;
  if (context_.trace.enabled()) context_.trace.record(EventKind::spawn, task->id, host);
  return *task;
}

void Scheduler::run(TaskControl& root) {
  try {
    loop(root);
  } catch (...) {  // what the loop itself reports: Deadlock, NoProgress
    fail(std::current_exception(), "the run");
  }
  shut_down();
  write_report();
  if (failure_) std::rethrow_exception(failure_);
}

inline TaskControl& Scheduler::pick() {
  --ready_count_;
  if (!orders_tasks_ || ready_count_ == 0) return ready_.take_front();
  TaskControl& task = ready_.at(context_.decide(ready_site_, ready_count_ + 1));
  static_cast<ListNode<ReadyTag>&>(task).unlink();
  return task;
}

inline void Scheduler::step(TaskControl& task) {
  ++steps_;
  ++steps_at_this_instant_;
  const bool is_traced = context_.trace.enabled();
  if (is_traced) trace_step(task);
  running_ = &task;
  task.state = TaskControl::State::running;
  // The trampoline: an awaited child or a caller that goes on only changes task.leaf.
  do {
    task.leaf->frame.resume();
  } while (task.state == TaskControl::State::running);
  if (is_traced) context_.trace.set_running(nullptr, 0);
  running_ = nullptr;
  if (steps_between_waits_ == 1) backend_.step_ended(task);
  if (task.state == TaskControl::State::returned) end(task, Outcome::finished);
}

void Scheduler::loop(TaskControl& root) {
  while (!live_.empty()) {
    for (std::uint32_t i = 0; i < steps_between_waits_ && ready_count_ > 0; ++i) {
      step(pick());
      if (backend_.has_completed()) take_completions();
      if (!requests_.empty()) carry_out_requests();
      if (failure_) return;
    }
    if (options_.stop_with_root && root.state == TaskControl::State::ended) return;
    if (live_.empty()) return;
    wait_for_backend();
    fire_timers();
    if (failure_ || stopping_) return;
    if (dump_requested != 0) [[unlikely]] {
      dump_requested = 0;
      std::fputs(dump_tasks().c_str(), stderr);
    }
  }
}

void Scheduler::trace_step(TaskControl& task) {
  context_.trace.set_running(&task, task.id);
  context_.trace.record(EventKind::step);
}

void Scheduler::carry_out_requests() {
  while (!requests_.empty()) static_cast<Request&>(requests_.pop_front()).carry_out(*this);
}

void Scheduler::submit(Op& op) {
  op.state = Op::State::in_flight;
  ++ops_in_flight_;
  backend_.submit(op);
}

void Scheduler::cancel(Op& op) {
  op.task = nullptr;  // whatever comes back now wakes nobody
  if (op.state == Op::State::in_flight) backend_.cancel(op);
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
  submit(op);
  return true;
}

void Scheduler::wait_for_backend() {
  if (ready_count_ > 0) {
    // Nothing to hear from the backend, and time stands still or flies by itself.
    if (ops_in_flight_ == 0 && timers_.empty() && steps_between_waits_ > 1) return;
    backend_.wait(instant_);  // a deadline in the past: look, do not block
  } else {
    const Instant deadline = timers_.next_deadline();
    const bool hopeless = ops_in_flight_ == 0 && timers_.empty();
    if (hopeless || backend_.wait(deadline) == Waited::idle) {
      take_completions();
      if (ready_count_ == 0 && timers_.empty()) on_idle();
      return;
    }
  }
  take_completions();
}

void Scheduler::fire_timers() {
  if (timers_.empty() && options_.most_steps_at_one_instant == 0) return;
  const Instant now = backend_.now();
  if (now != instant_) {
    instant_ = now;
    steps_at_this_instant_ = 0;
  } else if (steps_at_this_instant_ > options_.most_steps_at_one_instant &&
             options_.most_steps_at_one_instant != 0) {
    throw NoProgress(
        "no progress: " + std::to_string(steps_at_this_instant_) +
        " steps without a moment passing; some task loops without waiting for anything\n" +
        dump_tasks());
  }
  while (timers_.next_deadline() <= now) timers_.pop().fire();
}

void Scheduler::on_idle() {
  Deadlock deadlock = Deadlock::describe_blocked_tasks(*this);
  if (options_.idle_is_ok && deadlock.is_only_services()) {
    stopping_ = true;
    return;
  }
  throw deadlock;
}

void Scheduler::unwind(TaskControl& task, PromiseBase* survivor) {
  RILL_CHECK(task.state == TaskControl::State::blocked || task.state == TaskControl::State::ready,
             "a task that is running cannot be destroyed from within; co_await kill(self()) can");
  if (task.state == TaskControl::State::blocked) {
    task.wait->abandon();
  } else {
    static_cast<ListNode<ReadyTag>&>(task).unlink();
    --ready_count_;
  }
  task.wait = nullptr;
  task.state = TaskControl::State::blocked;
  // Destructors that run now act for this task, whoever asked for its end.
  TaskControl* const before = running_;
  running_ = &task;
  context_.trace.set_running(&task, task.id);
  // Leaf to root in a loop: recursive destruction of a deep chain overflows the stack.
  while (task.leaf != survivor) {
    PromiseBase* const leaf = task.leaf;
    task.leaf = leaf->parent;
    if (leaf->owner != nullptr) leaf->owner->give_up();
    leaf->frame.destroy();
  }
  running_ = before;
  context_.trace.set_running(before, before != nullptr ? before->id : 0);
}

void Scheduler::kill(TaskControl& task) {
  unwind(task, nullptr);
  task.root = nullptr;
  end(task, Outcome::killed);
}

void Scheduler::end(TaskControl& task, Outcome outcome) {
  if (task.root != nullptr) {
    task.error = std::move(task.root->error);
    task.leaf = nullptr;
    task.root->frame.destroy();
    task.root = nullptr;
  }
  task.state = TaskControl::State::ended;
  task.outcome = outcome;
  static_cast<ListNode<LiveTag>&>(task).unlink();
  if (context_.trace.enabled()) {
    const auto kind = task.error                     ? EventKind::fail
                      : outcome == Outcome::finished ? EventKind::finish
                                                     : EventKind::kill;
    context_.trace.record(kind, task.id);
  }
  const bool is_joined = !task.joiners.empty();
  while (!task.joiners.empty()) wake(*task.joiners.pop_front().task);
  // Whoever joins gets the exception; with no joiner its group does; with no group the run fails.
  const bool is_unclaimed = task.error && !is_joined;
  if (task.group != nullptr) {
    task.group->on_end(*this, task, is_unclaimed);
  } else if (is_unclaimed) {
    fail(task.error, describe(task));
  }
  release(&task);
}

void Scheduler::fail(std::exception_ptr error, const std::string& culprit) {
  if (failure_) {
    note_failure(error, culprit);
  } else {
    failure_ = std::move(error);
  }
}

void Scheduler::note_failure(const std::exception_ptr& error, const std::string& culprit) {
  also_failed_.push_back(culprit + " failed too: " + message_of(error));
}

void Scheduler::shut_down() {
  while (!live_.empty()) kill(live_.back());
}

void Scheduler::write_report() {
  if (options_.report == nullptr) {
    for (const std::string& text : also_failed_) std::fprintf(stderr, "rill: %s\n", text.c_str());
    return;
  }
  RunReport& report = *options_.report;
  if (context_.trace.enabled()) report.fingerprint = context_.trace.fingerprint().hex();
  report.steps = steps_;
  report.tasks = last_task_id_;
  report.events = context_.trace.events();
  report.elapsed = backend_.now() - started_;
  report.also_failed = std::move(also_failed_);
}

}  // namespace rill
