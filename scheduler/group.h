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

class Group : private ListNode<FailedTag> {
 public:
  Group() = default;
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  /// Kills the children; does not suspend. A failure that no wait() has rethrown fails the run. A
  /// group may outlive the run: then its children are gone, and its failure was the run's.
  ~Group();

  /// As the free spawn(), but the task belongs to this group.
  template <class F, class... A>
  TaskRef spawn(F&& body, A&&... arguments) {
    return spawn_at(nullptr, std::forward<F>(body), std::forward<A>(arguments)...);
  }
  /// The same on another simulated host.
  template <class F, class... A>
  TaskRef spawn_on(HostId host, F&& body, A&&... arguments) {
    return spawn_at(&host, std::forward<F>(body), std::forward<A>(arguments)...);
  }

  class [[nodiscard("wait() does nothing until it is awaited")]] Waiter;
  class [[nodiscard("cancel() does nothing until it is awaited")]] Canceller;

  /// Suspends until all children have ended, also those spawned meanwhile; one step if there are
  /// none. Rethrows the first failure, to all who wait. Then the group can be used again.
  Waiter wait();
  /// Kills all children; returns when the last destructor has run. A child may cancel its own
  /// group, and dies of it.
  Canceller cancel();

  /// Children that have not ended.
  std::size_t size() const { return size_; }

 private:
  friend class Scheduler;
  friend class List<Group, FailedTag>;

  template <class F, class... A>
  TaskRef spawn_at(const HostId* host, F&& body, A&&... arguments) {
    if constexpr (std::is_base_of_v<TaskBase, std::decay_t<F>>) {
      static_assert(sizeof...(A) == 0, "a Task has its arguments already");
      auto task = std::forward<F>(body);
      return adopt(task, host);
    } else {
      auto task = detail::make_task(std::forward<F>(body), std::forward<A>(arguments)...);
      return adopt(task, host);
    }
  }
  TaskRef adopt(TaskBase& task, const HostId* host);
  void on_end(Scheduler& scheduler, TaskControl& child, bool is_unclaimed_failure);
  void let_go(TaskControl& child);
  void kill_children(const TaskControl* by, std::string_view why);
  void wake_waiters();
  void fail_the_run(Scheduler& scheduler);
  [[noreturn]] void rethrow();

  Scheduler* scheduler_ = nullptr;  // the children's
  List<TaskControl, GroupTag> children_;
  std::size_t size_ = 0;
  WaitList waiters_;
  WaitList woken_;            // waiters whose turn has not come: should the group die, they know
  std::exception_ptr error_;  // the first failure that no joiner got
  std::string culprit_;       // whose it was
  bool error_is_claimed_ = false;  // rethrown by a wait()
  bool* destroyed_ = nullptr;      // set while children are killed: they may take the group along
};

class Group::Waiter final : public ListedWait {
 public:
  explicit Waiter(Group& group) : group_(group) {}
  ~Waiter() { unlink(); }  // killed after it was woken and before its turn, it is in woken_ still
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) noexcept {
    PromiseBase& promise = frame.promise();
    Scheduler::block(promise, *this);
    if (group_.size_ == 0) {
      group_.woken_.push_back(*this);
      task->scheduler->wake(*task);
    } else {
      group_.waiters_.push_back(*this);
    }
  }
  void await_resume() {
    if (!is_linked()) return;  // the group is gone, and its children before it
    unlink();
    if (group_.error_) group_.rethrow();
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
  WaitReport report() const override { return {.text = "cancel of a group", .what = "group"}; }

 private:
  Group& group_;
};

inline Group::Waiter Group::wait() { return Waiter(*this); }
inline Group::Canceller Group::cancel() { return Canceller(*this); }

}  // namespace rill
