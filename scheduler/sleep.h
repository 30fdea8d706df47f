// sleep, null, now and wall_clock: time, and giving way. Real or simulated, as the backend has it.
#pragma once

#include "scheduler/scheduler.h"

namespace rill {

class [[nodiscard("sleep() does nothing until it is awaited: co_await sleep(...)")]] Sleep final
    : public Wait,
      public Timer {
 public:
  explicit Sleep(Duration length) : length_(length) {}
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    PromiseBase& promise = frame.promise();
    Scheduler& scheduler = *promise.task->scheduler;
    if (length_.ns <= 0) {
      scheduler.give_way(*promise.task);
    } else {
      scheduler.timers().arm(*this, scheduler.deadline_after(length_, *promise.task));
      Scheduler::block(promise, *this);
    }
  }
  void await_resume() const noexcept {}
  void abandon() noexcept override { task->scheduler->timers().disarm(*this); }
  void fire() override { task->scheduler->wake(*task); }
  HostId host() const override { return task->host; }
  WaitReport report() const override {
    return {.text = "sleep of " + to_string(length_),
            .what = "sleep",
            .until = is_armed() ? task->scheduler->timers().deadline_of(*this) : Instant{},
            .limit = length_};
  }

 private:
  Duration length_;
};

/// Suspends for `length`, by the clock of the task's host. Equal deadlines end in the order in
/// which the sleeps began. Zero or less is null().
inline Sleep sleep(Duration length) { return Sleep(length); }

class [[nodiscard("null() does nothing until it is awaited: co_await null()")]] Null final {
 public:
  struct RillAwaitable;  // never blocked, so not a Wait: see LeafAwaitable
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) noexcept {
    TaskControl& running = *frame.promise().task;
    running.scheduler->give_way(running);
  }
  void await_resume() const noexcept {}
};

/// Lets every other ready task run first.
inline Null null() { return {}; }

/// The monotonic clock of the running task's host: it never runs backwards. Throws UsageError
/// outside run().
inline Instant now() {
  Scheduler& scheduler = Scheduler::current("now()");
  return scheduler.now_on(detail::current_host(scheduler));
}

/// The wall clock of the running task's host, which somebody may set. Throws UsageError outside
/// run().
inline WallTime wall_clock() {
  Scheduler& scheduler = Scheduler::current("wall_clock()");
  return scheduler.backend().wall_clock(detail::current_host(scheduler));
}

}  // namespace rill
