// signal: a task waits for a signal of the operating system.
//
//   spawn([&]() -> Task<> {
//     co_await signal({SIGTERM, SIGINT});
//     listener.close();
//   });
//
// While a task waits, the signal does not have its usual effect; everybody who waits for it gets
// it. When nobody waits any more it has its usual effect again: a second SIGTERM ends the process.
// A task that only waits for signals does not keep a run from ending idle (RunOptions::idle_is_ok).
// Suspends. Kill: nothing is lost but the signal. Throws UsageError for SIGKILL and SIGSTOP, and
// NetError if the kernel has no descriptor left to watch with. A program with threads of its own
// blocks these signals in the other threads.
#pragma once

#include <csignal>
#include <initializer_list>

#include "scheduler/operation.h"

namespace rill {

class [[nodiscard("signal() does nothing until it is awaited")]] Signal final
    : public Operation<SignalOp> {
 public:
  explicit Signal(std::initializer_list<int> numbers);
  /// The number of the signal that came.
  int await_resume();
  WaitReport report() const override;
};

inline Signal signal(int number) { return Signal({number}); }
/// Any of several.
inline Signal signal(std::initializer_list<int> numbers) { return Signal(numbers); }

}  // namespace rill
