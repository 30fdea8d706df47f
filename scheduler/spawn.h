// spawn, join, kill, self: tasks that run beside each other.
//
//   TaskRef worker = spawn(copy_lines, std::move(connection));
//   co_await sleep(2_s);
//   co_await kill(worker);
//
// spawn() is a plain function: the parent goes on, and the new task runs at its turn. The scheduler
// owns the frame; a callable and its arguments are moved into it, so captures live as long as the
// task (a lambda's captures otherwise die at its first suspension: scylladb/scylladb#12175 and many
// more).
#pragma once

#include <functional>
#include <tuple>
#include <type_traits>

#include "scheduler/scheduler.h"
#include "scheduler/task_ref.h"

namespace rill {
namespace detail {

/// The running task's host; 0 outside of a task.
HostId current_host(const Scheduler& scheduler);

/// Holds the callable and its arguments for as long as the task lives.
template <class F, class... A>
Task<> own_and_call(F body, A... arguments) {
  co_await std::invoke(body, std::move(arguments)...);
}

template <class F>
inline constexpr bool takes_only_values = false;
template <class R, class... P>
inline constexpr bool takes_only_values<R (*)(P...)> = (!std::is_reference_v<P> && ...);

/// The task to spawn for body(arguments...).
template <class F, class... A>
auto make_task(F&& body, A&&... arguments) {
  using Body = std::decay_t<F>;
  using Result = std::invoke_result_t<Body&, std::decay_t<A>...>;
  static_assert(std::is_base_of_v<TaskBase, Result>,
                "spawn() takes a Task, or a callable that returns one, with its arguments");
  if constexpr (takes_only_values<Body>) {
    return body(std::forward<A>(arguments)...);  // the arguments move into the frame by themselves
  } else {
    return own_and_call<Body, std::decay_t<A>...>(std::forward<F>(body),
                                                  std::forward<A>(arguments)...);
  }
}

template <class T>
TaskRef spawn_in(Group* group, HostId host, Task<T>&& task) {
  Scheduler& scheduler = Scheduler::current("spawn()");
  if (task.is_empty())
    throw UsageError("spawn() got a Task that was moved from: it is awaited or spawned already");
  return TaskRef(scheduler.spawn(task.give_up(), group, host));
}

}  // namespace detail

/// Starts `task` beside the caller. Its exception goes to its joiners; with none, the run fails.
/// A result other than void is dropped. Never suspends. Throws UsageError outside run().
template <class T>
TaskRef spawn(Task<T> task) {
  return detail::spawn_in(nullptr, detail::current_host(Scheduler::current("spawn()")),
                          std::move(task));
}

/// Starts body(arguments...), which must return a Task.
template <class F, class... A>
  requires(!std::is_base_of_v<TaskBase, std::decay_t<F>>)
TaskRef spawn(F&& body, A&&... arguments) {
  return spawn(detail::make_task(std::forward<F>(body), std::forward<A>(arguments)...));
}

/// The same on another simulated host; spawn() itself stays on the caller's.
template <class F, class... A>
TaskRef spawn_on(HostId host, F&& body, A&&... arguments) {
  if constexpr (std::is_base_of_v<TaskBase, std::decay_t<F>>) {
    return detail::spawn_in(nullptr, host, std::forward<F>(body));
  } else {
    return detail::spawn_in(
        nullptr, host, detail::make_task(std::forward<F>(body), std::forward<A>(arguments)...));
  }
}

/// The running task. Throws UsageError outside of one.
TaskRef self();

class [[nodiscard("join() does nothing until it is awaited: co_await join(task)")]] Join final
    : public Wait {
 public:
  explicit Join(TaskRef target) : target_(std::move(target)) {}
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) noexcept {
    Scheduler::block(frame.promise(), *this);
    if (target_.has_ended()) {
      task->scheduler->wake(*task);
    } else {
      target_.control()->joiners.push_back(*this);
    }
  }
  Outcome await_resume() const {
    if (target_.control() == nullptr) return Outcome::finished;
    if (target_.control()->error) std::rethrow_exception(target_.control()->error);
    return target_.control()->outcome;
  }
  WaitReport report() const override;

 private:
  TaskRef target_;
};

/// Waits until `task` has ended; at once if it has. One step. Tells how it ended: finished or
/// killed. Rethrows the task's exception, to every joiner.
inline Join join(TaskRef task) { return Join(std::move(task)); }

class [[nodiscard("kill() does nothing until it is awaited: co_await kill(task)")]] Kill final
    : public Request {
 public:
  explicit Kill(TaskRef target) : target_(std::move(target)) {}
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) noexcept {
    PromiseBase& promise = frame.promise();
    promise.task->scheduler->ask(promise, *this);
  }
  void await_resume() const noexcept {}
  void carry_out(Scheduler& scheduler) override;
  WaitReport report() const override;

 private:
  TaskRef target_;
};

/// Destroys `task`: its frames, innermost first, after its pending operation was taken back.
/// Returns when its last destructor has run; no `catch` can stop it. A task that has ended: no
/// effect. Oneself: legal, never returns. Whatever the victim waited for is not affected. A killed
/// sendall leaves a torn message.
inline Kill kill(TaskRef task) { return Kill(std::move(task)); }

/// The task table: each live task, what it waits for, and where. Throws UsageError outside run().
std::string dump_tasks();

}  // namespace rill
