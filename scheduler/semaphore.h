// Semaphore: at most so many tasks at once; with one permit, a lock.
//
//   Semaphore permits(8);
//   Semaphore::Permit permit = co_await permits.acquire();
//   ...  // the permit goes back when `permit` is destroyed: by return, exception or kill
//
// Permits are handed over in the order of asking: a newcomer cannot overtake. Who holds them is
// known, so that a deadlock report can name the holder: the task that acquired it, even if the
// Permit was moved to another. A permit may outlive its semaphore; then it goes nowhere.
#pragma once

#include <cstdint>
#include <utility>

#include "scheduler/scheduler.h"
#include "scheduler/sync_object.h"
#include "scheduler/task_ref.h"

namespace rill {

struct PermitTag;

class Semaphore {
 public:
  explicit Semaphore(std::uint32_t permits) : free_(permits) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  /// Owns one permit; gives it back when destroyed.
  class [[nodiscard("the permit goes back at once unless it is kept in a variable")]] Permit
      : private ListNode<PermitTag> {
   public:
    Permit(Permit&& other) noexcept
        : semaphore_(other.semaphore_), holder_(std::move(other.holder_)) {
      take_place_of(other);
    }
    Permit& operator=(Permit&& other) noexcept {
      if (this == &other) return *this;
      release({});
      semaphore_ = other.semaphore_;
      holder_ = std::move(other.holder_);
      take_place_of(other);
      return *this;
    }
    ~Permit() { release({}); }
    /// Gives it back now. Never suspends. Twice: no effect.
    void release(std::source_location where = std::source_location::current()) {
      if (!is_linked()) return;
      unlink();
      semaphore_->give_back(where);
    }

   private:
    friend class Semaphore;
    friend class List<Permit, PermitTag>;
    Permit(Semaphore& semaphore, TaskRef holder)
        : semaphore_(&semaphore), holder_(std::move(holder)) {
      semaphore.held_.push_back(*this);
    }
    Permit() = default;  // of a semaphore that is gone
    Semaphore* semaphore_ = nullptr;
    TaskRef holder_;
  };

  class [[nodiscard("acquire() does nothing until it is awaited")]] Acquire final
      : public ListedWait {
   public:
    explicit Acquire(Semaphore& semaphore) : semaphore_(semaphore) {}
    ~Acquire() {
      if (!is_linked()) return;  // killed between the grant and its turn
      unlink();
      semaphore_.give_back({});
    }
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> frame) noexcept {
      PromiseBase& promise = frame.promise();
      Scheduler::block(promise, *this);
      semaphore_.waiters_.push_back(*this);
      if (semaphore_.free_ == 0) return;
      --semaphore_.free_;
      if (task->scheduler->is_recorded()) [[unlikely]]
        semaphore_.tell_acquire();
      semaphore_.grant();
    }
    Permit await_resume() {
      if (!is_linked()) return Permit();
      unlink();
      return Permit(semaphore_, TaskRef(*task));
    }
    WaitReport report() const override {
      if (!is_linked())
        return {.text = "a permit of a semaphore that was destroyed", .what = "semaphore"};
      WaitReport report{
          .text = "a permit of a semaphore", .what = "semaphore", .object = &semaphore_.object_};
      semaphore_.held_.for_each(
          [&](const Permit& permit) { report.on.push_back(permit.holder_.control()); });
      semaphore_.granted_.for_each([&](const ListedWait& wait) { report.on.push_back(wait.task); });
      return report;
    }

   private:
    Semaphore& semaphore_;
  };

  /// Suspends until a permit is free and this task's turn has come. One step at least. Kill: the
  /// place in the queue, or the permit, goes to the next.
  Acquire acquire() { return Acquire(*this); }
  std::uint32_t free_permits() const { return free_; }

 private:
  /// To the first waiter, which stays in a list until it has it: a list that dies lets it know.
  void grant() { granted_.push_back(Scheduler::wake_first(waiters_, "a semaphore's permit")); }
  void give_back(std::source_location where) {
    if (Scheduler::recorded() != nullptr) [[unlikely]]
      tell_release(where);
    if (waiters_.empty()) {
      ++free_;
    } else {
      grant();
    }
  }
  // For a recorder.
  RILL_SLOW_PATH [[gnu::cold, gnu::noinline]] void tell_acquire() {
    object_.tell(SyncDeed::acquire, free_);
  }
  RILL_SLOW_PATH [[gnu::cold, gnu::noinline]] void tell_release(std::source_location where) {
    const bool is_free = waiters_.empty();
    object_.tell(is_free ? SyncDeed::release : SyncDeed::pass_on, free_ + (is_free ? 1 : 0), 0,
                 where);
  }

  std::uint32_t free_;
  WaitList waiters_;
  WaitList granted_;  // woken, not yet run
  LettingGoList<Permit, PermitTag> held_;
  SyncObject object_;
};

}  // namespace rill
