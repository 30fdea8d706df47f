// Group: tasks that cannot outlive a scope.
//
//   Group fetchers;
//   for (const Url& url : urls) fetchers.spawn(fetch, url);
//   co_await fetchers.wait();
//
// The first child that fails (and that nobody joins) ends its siblings, and wait() rethrows. When
// the Group is destroyed - the scope is left, by return, exception or kill - its children are
// destroyed first. So they may refer to whatever was declared before the Group.
#pragma once

#include "scheduler/spawn.h"

namespace rill {

class Group {
 public:
  Group() = default;
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  /// Kills the children; does not suspend. An exception that wait() did not rethrow fails the run.
  ~Group();

  /// As the free spawn(), but the task belongs to this group.
  template <class F, class... A>
  TaskRef spawn(F&& body, A&&... arguments) {
    const HostId host = detail::current_host(Scheduler::current("Group::spawn()"));
    if constexpr (std::is_base_of_v<TaskBase, std::decay_t<F>>) {
      return adopt(detail::spawn_in(this, host, std::forward<F>(body)));
    } else {
      return adopt(detail::spawn_in(
          this, host, detail::make_task(std::forward<F>(body), std::forward<A>(arguments)...)));
    }
  }

  class [[nodiscard("wait() does nothing until it is awaited")]] Waiter;
  class [[nodiscard("cancel() does nothing until it is awaited")]] Canceller;

  /// Suspends until all children have ended, also those spawned meanwhile. Rethrows the first
  /// failure.
  Waiter wait();
  /// Kills all children; returns when the last destructor has run.
  Canceller cancel();

  /// Children that have not ended.
  std::size_t size() const { return size_; }

 private:
  friend class Scheduler;
  TaskRef adopt(TaskRef child);
  void on_end(Scheduler& scheduler, TaskControl& child, bool is_unclaimed_failure);
  void kill_children(Scheduler& scheduler);

  List<TaskControl, GroupTag> children_;
  std::size_t size_ = 0;
  WaitList waiters_;
  std::exception_ptr error_;
};

class Group::Waiter final : public Wait {
 public:
  explicit Waiter(Group& group) : group_(group) {}
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) noexcept {
    Scheduler::block(frame.promise(), *this);
    if (group_.size_ == 0) {
      task->scheduler->wake(*task);
    } else {
      group_.waiters_.push_back(*this);
    }
  }
  void await_resume() {
    if (group_.error_) std::rethrow_exception(std::exchange(group_.error_, nullptr));
  }
  WaitReport report() const override;

 private:
  Group& group_;
};

class Group::Canceller final : public Request {
 public:
  explicit Canceller(Group& group) : group_(group) {}
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) noexcept {
    PromiseBase& promise = frame.promise();
    promise.task->scheduler->ask(promise, *this);
  }
  void await_resume() const noexcept {}
  void carry_out(Scheduler& scheduler) override;
  WaitReport report() const override { return {"cancel of a group", {}, false}; }

 private:
  Group& group_;
};

inline Group::Waiter Group::wait() { return Waiter(*this); }
inline Group::Canceller Group::cancel() { return Canceller(*this); }

}  // namespace rill
