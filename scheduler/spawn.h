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

#include <type_traits>
#include <utility>

#include "scheduler/scheduler.h"
#include "scheduler/task_ref.h"

namespace rill {
namespace detail {

/// What may stand for the callable: a lambda without captures is no more than its function.
template <class F>
auto plain(F&& body) {
  using Body = std::decay_t<F>;
  if constexpr (std::is_empty_v<Body> && requires { +body; }) {
    return +body;
  } else {
    return static_cast<Body>(std::forward<F>(body));
  }
}

/// body(arguments...), or (object->*body)(arguments...).
template <class Body, class... A>
decltype(auto) call_body(Body& body, A&&... arguments) {
  if constexpr (std::is_member_function_pointer_v<Body>) {
    return [&body](auto* object, auto&&... rest) -> decltype(auto) {
      return (object->*body)(std::forward<decltype(rest)>(rest)...);
    }(std::forward<A>(arguments)...);
  } else {
    return body(std::forward<A>(arguments)...);
  }
}

/// Holds the callable and its arguments for as long as the task lives.
template <class Body, class... A>
Task<> own_and_call(Body body, A... arguments) {
  using Result = decltype(call_body(body, std::move(arguments)...));
  co_await Wrapped<typename Result::value_type>(call_body(body, std::move(arguments)...));
}

template <class F>
inline constexpr bool takes_only_values = false;
template <class R, class... P>
inline constexpr bool takes_only_values<R (*)(P...)> = (!std::is_reference_v<P> && ...);

/// The task to spawn for body(arguments...).
template <class F, class... A>
auto make_task(F&& body, A&&... arguments) {
  using Body = decltype(plain(std::forward<F>(body)));
  static_assert(
      requires(Body& b) { call_body(b, std::declval<std::decay_t<A>>()...); },
      "spawn() cannot call it with these arguments; they are moved, so a parameter of "
      "type T& needs std::ref(...)");
  using Result = decltype(call_body(std::declval<Body&>(), std::declval<std::decay_t<A>>()...));
  static_assert(std::is_base_of_v<TaskBase, Result>,
                "spawn() takes a Task, or a callable that returns one, with its arguments");
  if constexpr (takes_only_values<Body>) {
    // The arguments move into the frame by themselves.
    return plain(std::forward<F>(body))(std::forward<A>(arguments)...);
  } else {
    return own_and_call<Body, std::decay_t<A>...>(plain(std::forward<F>(body)),
                                                  std::forward<A>(arguments)...);
  }
}

[[noreturn]] void refuse_other_run(const char* call);

/// A task that lives in another run lives on another thread.
inline void check_same_run(const TaskControl& caller, const TaskControl& target, const char* call) {
  if (caller.scheduler != target.scheduler) [[unlikely]]
    refuse_other_run(call);
}

}  // namespace detail

/// Starts `task` beside the caller. Its exception goes to its joiners; with none, the run fails.
/// A result other than void is dropped. Never suspends. Throws UsageError outside run().
template <class T>
TaskRef spawn(Task<T> task) {
  return detail::spawn_frame(task, nullptr, nullptr);
}

/// Starts body(arguments...), which must return a Task. A member function: spawn(&Server::serve,
/// this, arguments...).
template <class F, class... A>
  requires(!std::is_base_of_v<TaskBase, std::decay_t<F>>)
TaskRef spawn(F&& body, A&&... arguments) {
  return spawn(detail::make_task(std::forward<F>(body), std::forward<A>(arguments)...));
}

/// The same on another simulated host; spawn() itself stays on the caller's.
template <class T>
TaskRef spawn_on(HostId host, Task<T> task) {
  return detail::spawn_frame(task, nullptr, &host);
}
template <class F, class... A>
  requires(!std::is_base_of_v<TaskBase, std::decay_t<F>>)
TaskRef spawn_on(HostId host, F&& body, A&&... arguments) {
  return spawn_on(host, detail::make_task(std::forward<F>(body), std::forward<A>(arguments)...));
}

/// The running task. Throws UsageError outside of one.
TaskRef self();

class [[nodiscard("join() does nothing until it is awaited: co_await join(task)")]] Join final
    : public ListedWait {
 public:
  explicit Join(TaskRef target) : target_(std::move(target)) {}
  [[gnu::always_inline]] ~Join() {
    if (is_linked()) [[unlikely]]
      pass_on_error();
  }
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    PromiseBase& promise = frame.promise();
    if (target_.has_ended()) {
      promise.task->scheduler->give_way(*promise.task);
      return;
    }
    detail::check_same_run(*promise.task, *target_.control(), "join()");
    Scheduler::block(promise, *this);
    target_.control()->joiners.push_back(*this);
  }
  Outcome await_resume() {
    if (target_.control() == nullptr) return Outcome::finished;
    if (target_.control()->error) [[unlikely]]
      take_error();
    return target_.control()->outcome;
  }
  WaitReport report() const override;

 private:
  [[noreturn]] void take_error();
  /// Killed after the target failed and before its own turn: somebody else must hear of it.
  void pass_on_error() noexcept;

  TaskRef target_;
};

/// Waits until `task` has ended; at once if it has. One step. Tells how it ended: finished or
/// killed. Rethrows the task's exception, to every joiner. An empty reference counts as finished.
inline Join join(TaskRef task) { return Join(std::move(task)); }

class [[nodiscard("kill() does nothing until it is awaited: co_await kill(task)")]] Kill final
    : public Request {
 public:
  explicit Kill(TaskRef target) : target_(std::move(target)) {}
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    PromiseBase& promise = frame.promise();
    if (!target_.has_ended()) detail::check_same_run(*promise.task, *target_.control(), "kill()");
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
