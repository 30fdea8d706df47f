// Task<T>: a coroutine that starts when it is awaited or spawned, and gives back a T or an
// exception.
//
//   Task<int> length_of(Connection& connection) {
//     std::string line = co_await connection.readline();
//     co_return static_cast<int>(line.size());
//   }
//
// Ownership: a Task owns its frame. Awaiting moves the Task into the awaiting frame; spawn() moves
// it into the scheduler. A Task that is dropped before either is destroyed without having run.
// Suspension: awaiting a Task runs it at once, in the same step; it suspends only where it awaits
// something that does. An await allocates nothing; a call takes one frame from the pool.
// Errors: what the Task throws; UsageError for a Task that was moved from.
// Kill destroys the frames innermost first, so destructors run inside out as in unwinding.
//
// No symmetric transfer: await_suspend leaves the next frame in the task's record and returns to
// the scheduler's loop, which resumes it. Compilers make the tail call only at some settings, and
// without it a loop of awaits overflows the stack (jbaldwin/libcoro#273). Price: about 1.5 ns for
// each call.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include "scheduler/compiler.h"
#include "scheduler/task_control.h"

namespace rill {

template <class T = void>
class Task;
template <class T>
class End;

class TaskBase;

namespace detail {
[[noreturn]] void refuse_moved_from(const char* call);
}

/// The part of a coroutine's promise that does not depend on its result. Small, because there is
/// one for each frame of each task; a result's exception waits in the task's record, as only one
/// can be on its way at a time.
class PromiseBase {
 public:
  PromiseBase() = default;
  PromiseBase(const PromiseBase&) = delete;
  PromiseBase& operator=(const PromiseBase&) = delete;

  static void* operator new(std::size_t size_bytes) { return frame_pool.allocate(size_bytes); }
  static void operator delete(void* block, std::size_t size_bytes) {
    frame_pool.release(block, size_bytes);
  }

  std::suspend_always initial_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { task->error = std::current_exception(); }

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> frame) noexcept {
      frame.promise().leave();
    }
    void await_resume() noexcept {}
  };
  FinalAwaiter final_suspend() noexcept { return {}; }

  /// The frame is done: its caller goes on; if it has none, the task has returned.
  void leave() noexcept {
    if (parent != nullptr) {
      task->leaf = parent;
    } else {
      task->state = TaskControl::State::returned;
    }
  }

  /// The frame around this promise. Every promise has this base at its start and no more than the
  /// usual alignment (Promise checks that), so the frame is found by counting back; storing the
  /// handle would cost eight bytes in each frame, and a load in each step.
  std::coroutine_handle<> frame() noexcept {
    return std::coroutine_handle<PromiseBase>::from_promise(*this);
  }

  TaskControl* task = nullptr;    ///< whose chain this frame is in; null until it starts
  PromiseBase* parent = nullptr;  ///< the frame that awaits this one
  TaskBase* owner = nullptr;      ///< the Task in the parent's frame that owns this frame
  /// The await in which it is suspended. Line 0: not started, or a frame of Rill's own, which no
  /// report mentions.
  std::source_location where{};
};

/// Owns a coroutine frame.
class TaskBase {
 public:
  TaskBase(TaskBase&& other) noexcept : promise_(other.give_up()) {}
  TaskBase& operator=(TaskBase&&) = delete;
  ~TaskBase() {
    if (promise_ != nullptr) promise_->frame().destroy();
  }

  bool is_empty() const { return promise_ == nullptr; }
  /// Hands the frame over: the caller owns it now.
  PromiseBase* give_up() noexcept { return std::exchange(promise_, nullptr); }

 protected:
  explicit TaskBase(PromiseBase* promise) : promise_(promise) {}
  PromiseBase* promise_;
};

template <class T>
class ResultPromise : public PromiseBase {
 public:
  template <class U = T>
    requires std::is_convertible_v<U&&, T>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() {
    if (task->error) std::rethrow_exception(std::exchange(task->error, nullptr));
    return std::move(*value);
  }
  std::optional<T> value;
};

template <>
class ResultPromise<void> : public PromiseBase {
 public:
  void return_void() noexcept {}
  void take() {
    if (task->error) std::rethrow_exception(std::exchange(task->error, nullptr));
  }
};

/// The await of a child: the child runs next, in the same step.
template <class T>
class [[nodiscard]] CallAwaiter {
 public:
  explicit CallAwaiter(Task<T>&& task) : task_(std::move(task)) {
    if (task_.is_empty()) [[unlikely]]
      detail::refuse_moved_from("co_await");
  }
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> caller) noexcept {
    task_.start_under(caller.promise());
  }
  T await_resume() { return task_.promise().take(); }

 protected:
  Task<T> task_;
};

/// The await of a child by a frame of Rill's own, which only stands around it: reports speak of the
/// child, and when the child is gone, of where it was last.
template <class T>
class [[nodiscard]] Wrapped final : public CallAwaiter<T> {
 public:
  using CallAwaiter<T>::CallAwaiter;
  T await_resume() {
    auto& child = this->task_.promise();
    child.parent->where = child.where;
    return child.take();
  }
};

/// `co_await end(value)`: the current coroutine returns `value` from here, without an exception.
/// Its locals are destroyed before the caller's next statement begins.
template <class T>
class [[nodiscard("end() does nothing until it is awaited: co_await end(...)")]] End {
 public:
  explicit End(T value) : value_(std::move(value)) {}
  T& value() { return value_; }

 private:
  T value_;
};
template <>
class [[nodiscard("end() does nothing until it is awaited: co_await end()")]] End<void> {};

/// What a Rill coroutine may await: waits, tasks, and end().
template <class A>
concept LeafAwaitable = std::is_base_of_v<Wait, std::remove_cvref_t<A>> ||
                        requires { typename std::remove_cvref_t<A>::RillAwaitable; };

/// The promise of Task<T>.
template <class T>
class Promise final : public ResultPromise<T> {
 public:
  Task<T> get_return_object() {
    static_assert(alignof(Promise) <= 2 * sizeof(void*),
                  "a Task's result may not be aligned to more than 16 bytes: see frame()");
    return Task<T>(this);
  }

  /// Every await passes here, which is how reports know its line.
  template <class A>
  A&& await_transform(A&& awaitable,
                      std::source_location here = std::source_location::current()) noexcept {
    static_assert(
        LeafAwaitable<A>,
        "a Rill task can await: a Task, sleep, null, join, kill, timeout, end, operations "
        "of connections and listeners, and waits of Event, Channel, Semaphore and Group");
    this->where = here;
    return static_cast<A&&>(awaitable);
  }
  template <class U>
  CallAwaiter<U> await_transform(Task<U>&& child,
                                 std::source_location here = std::source_location::current()) {
    this->where = here;
    return CallAwaiter<U>(std::move(child));
  }
  template <class U>
  void await_transform(Task<U>& child) =
      delete;  // a Task is awaited once: co_await std::move(task)
  template <class U>
  Wrapped<U>&& await_transform(Wrapped<U>&& child) noexcept {
    return std::move(child);
  }

  struct EndAwaiter {
    Promise& promise;
    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept { promise.leave(); }
    void await_resume() noexcept {}
  };
  template <class U>
  EndAwaiter await_transform(End<U>&& end,
                             std::source_location here = std::source_location::current()) {
    this->where = here;
    if constexpr (std::is_void_v<T>) {
      static_assert(std::is_void_v<U>, "end() in a Task<> takes no value");
    } else {
      static_assert(!std::is_void_v<U>, "end(value) must give the value that this Task<T> returns");
      this->return_value(std::move(end.value()));
    }
    return EndAwaiter{*this};
  }
};

template <class T>
class [[nodiscard(
    "a Task does nothing until it is awaited or spawned: write co_await or spawn(...)")]] Task
    : public TaskBase {
 public:
  using promise_type = Promise<T>;
  using value_type = T;

  Promise<T>& promise() { return static_cast<Promise<T>&>(*promise_); }

  /// Makes this task's frame the one that runs next, below `caller`. From now on this Task must
  /// stay where it is. Not when empty.
  void start_under(PromiseBase& caller) noexcept {
    promise_->task = caller.task;
    promise_->parent = &caller;
    promise_->owner = this;
    caller.task->leaf = promise_;
  }

 private:
  friend class Promise<T>;
  explicit Task(Promise<T>* promise) : TaskBase(promise) {}
};

/// Bluelet's spelling of `co_await task`.
template <class T>
Task<T> call(Task<T> task) {
  return task;
}

template <class T>
End<std::decay_t<T>> end(T&& value) {
  return End<std::decay_t<T>>(std::forward<T>(value));
}
inline End<void> end() { return {}; }

}  // namespace rill
