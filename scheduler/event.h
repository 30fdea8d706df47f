// Event: a flag that tasks can wait for.
//
//   Event ready;
//   spawn([&]() -> Task<> { co_await sleep(1_s); ready.set(); });
//   co_await ready.wait();
//
// set() wakes all who wait and lets later ones pass, until clear(). It never suspends. A waiter
// runs at its turn: by then somebody may have called clear(), so a condition is to be looked at
// again.
#pragma once

#include "scheduler/scheduler.h"

namespace rill {

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  bool is_set() const { return is_set_; }
  void set() {
    is_set_ = true;
    while (!waiters_.empty()) {
      TaskControl& task = *waiters_.pop_front().task;
      task.scheduler->wake(task);
    }
  }
  void clear() { is_set_ = false; }

  class [[nodiscard("wait() does nothing until it is awaited")]] Waiter final : public Wait {
   public:
    explicit Waiter(Event& event) : event_(event) {}
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> frame) noexcept {
      Scheduler::block(frame.promise(), *this);
      if (event_.is_set_) {
        task->scheduler->wake(*task);
      } else {
        event_.waiters_.push_back(*this);
      }
    }
    void await_resume() const noexcept {}
    WaitReport report() const override { return {"an event to be set", {}, false}; }

   private:
    Event& event_;
  };

  /// Suspends until the event is set; one step if it is. The Event must outlive the wait.
  Waiter wait() { return Waiter(*this); }

 private:
  bool is_set_ = false;
  WaitList waiters_;
};

}  // namespace rill
