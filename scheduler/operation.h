// The await of one backend operation: submits it, sleeps until it is back, and on every other way
// out (kill, timeout) takes it back first and disposes of a result that nobody will read.
//
// Awaiters of net/ derive from Operation<RecvOp> and so on, and add report() and await_resume().
#pragma once

#include <coroutine>
#include <utility>

#include "scheduler/check.h"
#include "scheduler/scheduler.h"

namespace rill {

template <class SomeOp>
class Operation : public Wait {
 public:
  bool await_ready() const noexcept { return false; }

  /// Even a result that is there at once counts as one step: the task goes to the end of the ready
  /// list, so that a connection which is always ready cannot starve the others.
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    PromiseBase& promise = frame.promise();
    op_.task = promise.task;
    op_.host = promise.task->host;
    promise.task->scheduler->submit(op_);
    Scheduler::block(promise, *this);
  }

  void abandon() noexcept override { task->scheduler->cancel(op_); }

 protected:
  template <class... A>
  explicit Operation(A&&... arguments) : op_(std::forward<A>(arguments)...) {}
  ~Operation() {
    if (op_.state != Op::State::idle) [[unlikely]]
      dispose();
  }

  /// For await_resume(): the result is the caller's now.
  std::int64_t consume() {
    op_.state = Op::State::idle;
    return op_.result;
  }

  SomeOp op_;

 private:
  /// Of a result that nobody reads.
  [[gnu::noinline]] void dispose() {
    RILL_CHECK(op_.state != Op::State::in_flight, "an operation in flight was destroyed");
    task->scheduler->backend().dispose(op_);
  }
};

}  // namespace rill
