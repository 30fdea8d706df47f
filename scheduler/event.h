// Event: a flag that tasks can wait for.
//
//   Event ready;
//   spawn([&]() -> Task<> { co_await sleep(1_s); ready.set(); });
//   co_await ready.wait();
//
// set() wakes all who wait and lets later ones pass, until clear(). It never suspends. A waiter
// runs at its turn: by then somebody may have called clear(), so a condition is to be looked at
// again. Who waits for an event that is destroyed waits for ever, and the deadlock report says so.
#pragma once

#include "scheduler/scheduler.h"
#include "scheduler/sync_object.h"

namespace rill {

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  bool is_set() const { return is_set_; }
  /// Throws UsageError on another thread than that of the tasks that wait.
  void set(std::source_location where = std::source_location::current()) {
    is_set_ = true;
    if (Scheduler::recorded() != nullptr) [[unlikely]]
      tell_set(where);
    while (!waiters_.empty()) Scheduler::wake_first(waiters_, "Event::set()");
  }
  void clear(std::source_location where = std::source_location::current()) {
    is_set_ = false;
    if (Scheduler::recorded() != nullptr) [[unlikely]]
      tell_clear(where);
  }

  class [[nodiscard("wait() does nothing until it is awaited")]] Waiter final : public ListedWait {
   public:
    explicit Waiter(Event& event) : event_(event) {}
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> frame) noexcept {
      PromiseBase& promise = frame.promise();
      if (event_.is_set_) {
        if (promise.task->scheduler->is_recorded()) [[unlikely]]
          event_.tell_pass();
        promise.task->scheduler->give_way(*promise.task);
      } else {
        Scheduler::block(promise, *this);
        event_.waiters_.push_back(*this);
      }
    }
    void await_resume() const noexcept {}
    WaitReport report() const override {
      return {.text = is_linked() ? "an event to be set" : "an event that was destroyed",
              .what = "event",
              .object = is_linked() ? &event_.object_ : nullptr};
    }

   private:
    Event& event_;
  };

  /// Suspends until the event is set; one step if it is. Kill: no effect on the event.
  Waiter wait() { return Waiter(*this); }

 private:
  // For a recorder.
  RILL_SLOW_PATH [[gnu::cold, gnu::noinline]] void tell_set(std::source_location where) {
    object_.tell(SyncDeed::set, 1, 0, where);
  }
  RILL_SLOW_PATH [[gnu::cold, gnu::noinline]] void tell_clear(std::source_location where) {
    object_.tell(SyncDeed::clear, 0, 0, where);
  }
  RILL_SLOW_PATH [[gnu::cold, gnu::noinline]] void tell_pass() { object_.tell(SyncDeed::pass, 1); }

  bool is_set_ = false;
  WaitList waiters_;
  SyncObject object_;
};

}  // namespace rill
