// run(task, backend): the whole life of a Rill program.
//
//   int main() { rill::run(serve(), backend); }
//
// For real sockets there is run(task) in net/run.h. Everything else a program calls lives inside.
#pragma once

#include <optional>

#include "scheduler/scheduler.h"

namespace rill {
namespace detail {

template <class T>
Task<> keep_result(Task<T> root, std::optional<T>& result) {
  T value = co_await Wrapped<T>(std::move(root));
  result.emplace(std::move(value));
}

void run_root(Task<> root, Backend& backend, const RunOptions& options);

}  // namespace detail

/// Runs `root` and every task it spawns, until all have ended; gives back the root's value. If a
/// task fails and nobody joins it, or all are blocked for ever (Deadlock), every other task is
/// killed, newest first, and the exception is rethrown. Nothing survives the call: no task, no
/// operation, no frame. Throws UsageError inside of another run() on this thread, for a backend
/// that is in another run, and for a Task that was moved from.
template <class T>
T run(Task<T> root, Backend& backend, const RunOptions& options = {}) {
  if constexpr (std::is_void_v<T>) {
    detail::run_root(std::move(root), backend, options);
  } else {
    std::optional<T> result;
    detail::run_root(detail::keep_result(std::move(root), result), backend, options);
    // stop_with_root lets the root end; only its own kill leaves no value.
    if (!result) throw UsageError("the root task was killed before it returned a value");
    return std::move(*result);
  }
}

}  // namespace rill
