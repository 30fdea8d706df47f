// timeout(limit, task): a task under a deadline.
//
//   std::optional<std::string> line = co_await timeout(5_s, connection.readline());
//   if (!line) co_return;  // five seconds were over; readline and all below it are gone
//
// The deadline is a timer, not a second task: when it fires, only the chain below the timeout is
// destroyed, as by kill, and the caller goes on. Nothing of the child is left in either case.
#pragma once

#include <optional>

#include "scheduler/scheduler.h"

namespace rill {

template <class T>
class [[nodiscard(
    "timeout() does nothing until it is awaited: co_await timeout(...)")]] Timeout final
    : public Timer {
 public:
  struct RillAwaitable;  // see LeafAwaitable
  using Result = std::conditional_t<std::is_void_v<T>, Outcome, std::optional<T>>;

  Timeout(Duration limit, Task<T>&& child) : limit_(limit), child_(std::move(child)) {
    if (child_.is_empty()) [[unlikely]]
      detail::refuse_moved_from("timeout()");
  }
  ~Timeout() {
    if (!is_armed()) return;
    caller_->task->scheduler->timers().disarm(*this);
    tell_recorder(Instant{});
  }
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    caller_ = &frame.promise();
    Scheduler& scheduler = *caller_->task->scheduler;
    const Instant deadline = scheduler.deadline_after(limit_, *caller_->task);
    scheduler.timers().arm(*this, deadline);
    tell_recorder(deadline);
    child_.start_under(*caller_);
  }
  Result await_resume() {
    if (child_.is_empty()) {
      if constexpr (std::is_void_v<T>) {
        return Outcome::timed_out;
      } else {
        return std::nullopt;
      }
    }
    if constexpr (std::is_void_v<T>) {
      child_.promise().take();
      return Outcome::finished;
    } else {
      return child_.promise().take();
    }
  }
  void fire() override {
    TaskControl& task = *caller_->task;
    Scheduler& scheduler = *task.scheduler;
    scheduler.unwind(task, caller_);
    if (scheduler.context().trace.enabled()) {
      scheduler.context().trace.record(EventKind::time_out, task.id);
    }
    task.wait = nullptr;  // it was below
    scheduler.wake(task);
  }

  HostId host() const override { return caller_->task->host; }

 private:
  void tell_recorder(Instant deadline) const {
    Trace& trace = caller_->task->scheduler->context().trace;
    if (trace.has_recorder()) [[unlikely]]
      trace.tell_recorder(EventKind::timer, static_cast<std::uint64_t>(deadline.ns),
                          static_cast<std::uint64_t>(limit_.ns));
  }

  Duration limit_;
  PromiseBase* caller_ = nullptr;
  Task<T> child_;
};

/// Awaits `task` for at most `limit`. Gives its value, or nothing when the deadline came first; for
/// a Task<>: Outcome::finished or Outcome::timed_out. Rethrows what the task throws. A task that
/// would end exactly at the deadline has missed it: the deadline was armed first.
template <class T>
Timeout<T> timeout(Duration limit, Task<T> task) {
  return Timeout<T>(limit, std::move(task));
}

}  // namespace rill
