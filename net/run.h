// run(task): a whole Rill program on real sockets.
//
//   int main() { rill::run(rill::server("127.0.0.1", 4915, echoer)); }
//
// The backend is the one that the environment variable RILL_BACKEND names (net/backends.h), the
// usual one without it. During the run SIGQUIT (ctrl-\ in a terminal) prints the task table instead
// of ending the process, unless the program has a handler of its own.
#pragma once

#include <memory>

#include "net/backends.h"
#include "scheduler/run.h"

namespace rill {

/// While one lives, SIGQUIT prints the task table of every running scheduler. run(task) has one; a
/// program that makes its backend itself may want one too. For any number of threads.
class TaskDumpOnSigquit {
 public:
  TaskDumpOnSigquit();
  TaskDumpOnSigquit(const TaskDumpOnSigquit&) = delete;
  TaskDumpOnSigquit& operator=(const TaskDumpOnSigquit&) = delete;
  ~TaskDumpOnSigquit();
};

namespace detail {

/// The backend that RILL_BACKEND names.
std::unique_ptr<Backend> backend_of_environment();

}  // namespace detail

/// As run(task, backend) in scheduler/run.h, on real sockets. Throws UsageError as make_backend()
/// does.
template <class T>
T run(Task<T> root, const RunOptions& options = {}) {
  const std::unique_ptr<Backend> backend = detail::backend_of_environment();
  const TaskDumpOnSigquit dump;
  return run(std::move(root), *backend, options);
}

}  // namespace rill
