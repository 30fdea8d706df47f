// Semaphore: at most so many tasks at once; with one permit, a lock.
//
//   Semaphore permits(8);
//   Semaphore::Permit permit = co_await permits.acquire();
//   ...  // the permit goes back when `permit` is destroyed: by return, exception or kill
//
// Permits are handed over in the order of asking: a newcomer cannot overtake. Who holds them is
// known, so that a deadlock report can name the holder.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "scheduler/scheduler.h"
#include "scheduler/task_ref.h"

namespace rill {

class Semaphore {
 public:
  explicit Semaphore(std::uint32_t permits) : free_(permits) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  /// Owns one permit; gives it back when destroyed. The Semaphore must outlive it.
  class [[nodiscard("the permit goes back at once unless it is kept in a variable")]] Permit {
   public:
    Permit(Permit&& other) noexcept
        : semaphore_(std::exchange(other.semaphore_, nullptr)), holder_(std::move(other.holder_)) {}
    Permit& operator=(Permit&& other) noexcept {
      std::swap(semaphore_, other.semaphore_);
      std::swap(holder_, other.holder_);
      return *this;
    }
    ~Permit() { release(); }
    /// Gives it back now.
    void release() {
      if (Semaphore* semaphore = std::exchange(semaphore_, nullptr)) semaphore->give_back(holder_);
    }

   private:
    friend class Semaphore;
    Permit(Semaphore& semaphore, TaskRef holder)
        : semaphore_(&semaphore), holder_(std::move(holder)) {}
    Semaphore* semaphore_;
    TaskRef holder_;
  };

  class [[nodiscard("acquire() does nothing until it is awaited")]] Acquire final : public Wait {
   public:
    explicit Acquire(Semaphore& semaphore) : semaphore_(semaphore) {}
    ~Acquire() {
      if (granted_) semaphore_.give_back(TaskRef(*task));  // killed between the grant and its turn
    }
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> frame) {
      Scheduler::block(frame.promise(), *this);
      if (semaphore_.free_ > 0) {
        --semaphore_.free_;
        semaphore_.grant(*this);
      } else {
        semaphore_.waiters_.push_back(*this);
      }
    }
    Permit await_resume() noexcept {
      granted_ = false;
      return Permit(semaphore_, TaskRef(*task));
    }
    WaitReport report() const override {
      WaitReport report{"a permit of a semaphore", {}, false};
      for (const TaskRef& holder : semaphore_.holders_) report.on.push_back(holder.control());
      return report;
    }

   private:
    friend class Semaphore;
    Semaphore& semaphore_;
    bool granted_ = false;
  };

  /// Suspends until a permit is free and this task's turn has come. One step at least.
  Acquire acquire() { return Acquire(*this); }
  std::uint32_t free_permits() const { return free_; }

 private:
  void grant(Acquire& waiter) {
    waiter.granted_ = true;
    holders_.emplace_back(*waiter.task);
    waiter.task->scheduler->wake(*waiter.task);
  }
  void give_back(const TaskRef& holder) {
    const auto entry = std::find(holders_.begin(), holders_.end(), holder);
    if (entry != holders_.end()) holders_.erase(entry);
    if (waiters_.empty()) {
      ++free_;
    } else {
      grant(static_cast<Acquire&>(waiters_.pop_front()));
    }
  }

  std::uint32_t free_;
  WaitList waiters_;
  std::vector<TaskRef> holders_;  // in the order of acquiring
};

}  // namespace rill
