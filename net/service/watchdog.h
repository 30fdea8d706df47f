// Watchdog: tells the service manager that all workers are alive, as long as they are.
//
// Each worker beats by itself, from a task, every interval(); the manager hears of it only when all
// have. So one worker that hangs - a loop that never awaits - is enough to be restarted, which is
// what a watchdog is for.
#pragma once

#include <atomic>
#include <vector>

#include "net/service/service_manager.h"

namespace rill {

class Watchdog {
 public:
  /// `manager` must outlive it.
  Watchdog(const ServiceManager& manager, unsigned workers)
      : manager_(manager), has_beaten_(workers) {}

  bool is_wanted() const { return manager_.watchdog_period() > Duration(); }
  /// How long a worker may sleep between two beats: a quarter of the manager's patience, since it
  /// takes the slowest worker's beat, and that may just have been missed.
  Duration interval() const { return manager_.watchdog_period() / 4; }
  /// From any thread.
  void beat(unsigned worker);

 private:
  const ServiceManager& manager_;
  std::vector<std::atomic<bool>> has_beaten_;  // since the manager was told last
};

}  // namespace rill
