// What a caller of run() may choose, and what it gets to know afterwards.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "scheduler/time.h"

namespace rill {

class Oracle;
class TraceSink;

/// A call that the rules forbid, such as spawn() outside run(): a bug in the program, not in the
/// world.
class UsageError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A bound of RunOptions was met: a loop that awaits but never waits for anything, a run that does
/// not end.
class NoProgress : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Hears of steps, and of the end: where invariants and goals are checked. Both calls come from the
/// loop, inside the run but of no task: now() works, and shows the clock of host 0. What they throw
/// fails the run.
class StepWatcher {
 public:
  virtual ~StepWatcher() = default;
  /// A step is over, and all that it asked for is done.
  virtual void on_step() = 0;
  /// Every task has ended, and nothing has failed so far.
  virtual void on_end() {}
};

struct RunReport {
  std::string fingerprint;               ///< 32 hex digits; empty unless asked for
  std::uint64_t steps = 0;               ///< how often a task was resumed
  std::uint64_t tasks = 0;               ///< how many were spawned, the root included
  std::uint64_t events = 0;              ///< how many trace events
  Duration elapsed;                      ///< on the backend's clock
  std::vector<std::string> also_failed;  ///< failures after the first, which run() rethrows
};

struct RunOptions {
  /// End the run when the root task has ended: everything else is killed.
  bool stop_with_root = false;
  /// When all that is left are servers with nothing to serve (tasks in accept or waiting for a
  /// signal, and tasks that wait for those), end the run quietly instead of throwing Deadlock.
  bool idle_is_ok = false;
  /// Settles every choice; null: first come, first served, and never a fault. Must outlive the run.
  Oracle* oracle = nullptr;
  /// Fold every event into RunReport::fingerprint. Always on with a simulated backend.
  bool fingerprint = false;
  /// Hears of every event. Must outlive the run.
  TraceSink* trace_sink = nullptr;
  /// The same with all details: what the trace of a run is made from (scheduler/trace/recorder.h).
  TraceSink* recorder = nullptr;
  /// Throw NoProgress after so many steps at one instant of the backend's clock; 0: no bound.
  std::uint64_t most_steps_at_one_instant = 0;
  /// Throw NoProgress when the run has taken so many steps, or so much of the backend's time; 0: no
  /// bound.
  std::uint64_t most_steps = 0;
  Duration most_time = Duration();
  /// Hears of every step. Must outlive the run.
  StepWatcher* step_watcher = nullptr;
  /// Filled in when the run ends, also when it fails. Must outlive the run.
  RunReport* report = nullptr;
};

}  // namespace rill
