// The await of one backend operation: submits it, sleeps until it is back, and on every other way
// out (kill, timeout) takes it back first and disposes of a result that nobody will read.
//
// Awaiters of net/ derive from Operation<RecvOp> and so on, and add await_resume().
#pragma once

#include <coroutine>

#include "scheduler/scheduler.h"

namespace rill {

template <class SomeOp>
class Operation : public Wait {
 public:
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  bool await_ready() const noexcept { return false; }

  /// Even a result that is there at once counts as one step: the task goes to the end of the ready
  /// list, so that a connection which is always ready cannot starve the others.
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    PromiseBase& promise = frame.promise();
    Scheduler& scheduler = *promise.task->scheduler;
    op_.task = promise.task;
    op_.host = promise.task->host;
    Scheduler::block(promise, *this);
    scheduler.submit(op_);
  }

  void abandon() noexcept override { task->scheduler->cancel(op_); }

 protected:
  template <class... A>
  explicit Operation(A&&... arguments) : op_(std::forward<A>(arguments)...) {}
  ~Operation() {
    if (op_.state == Op::State::completed) task->scheduler->backend().dispose(op_);
  }

  /// For await_resume(): the result is the caller's now.
  std::int64_t consume() {
    op_.state = Op::State::idle;
    return op_.result;
  }

  SomeOp op_;
};

}  // namespace rill
