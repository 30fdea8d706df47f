// Workers: the same program once for each core, one thread and one scheduler for each.
//
//   run_workers(4, [] { return make_backend("auto"); }, [&](Worker& worker) {
//     return serve(sockets[worker.index()], worker);  // a Task<>
//   });
//
// They share nothing: each has its own backend and its own tasks, and what they are given is theirs
// (listen_shared() gives each a listening socket). So nothing in a program is locked, and nothing a
// scheduler does crosses a thread.
//
// Signals. The calling thread does no work: it takes SIGTERM, SIGINT and SIGHUP for all, and every
// worker gets each of them by next_signal(). After the first SIGTERM or SIGINT these have their
// usual effect again: a second one ends the process at once. SIGQUIT prints all task tables.
//
// Failure. When a worker's run fails - an exception, a deadlock - the others get a SIGTERM, as if
// from outside, and when they have ended, WorkerFailure is thrown. So a worker is never lost
// silently, and clients of the others are served to the end of their drain.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "scheduler/backend.h"
#include "scheduler/task.h"

namespace rill {

class Worker {
 public:
  Worker(unsigned index, unsigned count, int signals) noexcept
      : index_(index), count_(count), signals_(signals) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  unsigned index() const { return index_; }  ///< from 0
  unsigned count() const { return count_; }
  /// "worker 2 of 4": as people count.
  std::string name() const;

  /// The next signal for all workers: SIGTERM, SIGINT or SIGHUP. None is lost while nobody waits.
  /// Suspends; on the worker's own thread. Kill: nothing is lost but perhaps the signal that was
  /// about to be given.
  Task<int> next_signal();

 private:
  unsigned index_;
  unsigned count_;
  int signals_;  // the reading end of a pipe; each byte is a signal's number
};

/// "worker 2 of 4: " and what() of its exception; what other workers threw follows, each on a line.
class WorkerFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Runs `program(worker)` for each of `count` workers, on a thread and a backend of its own, and
/// returns when all have ended. `program` and `make_backend` are called on the workers' threads, at
/// the same time. Throws WorkerFailure; std::system_error if the system gives no thread, pipe or
/// signalfd (then the workers that had started were stopped).
void run_workers(unsigned count, const std::function<std::unique_ptr<Backend>()>& make_backend,
                 const std::function<Task<>(Worker&)>& program);

}  // namespace rill
