// The clocks of hosts, for a backend whose hosts do not agree on the time.
//
// The scheduler counts in the backend's time alone: timers, deadlines, traces. Only where a task
// asks for the time, or says for how long, is its host's clock in between. So a run in which all
// clocks agree pays one predictable branch for it.
#pragma once

#include "scheduler/ids.h"
#include "scheduler/time.h"

namespace rill {

class HostClocks {
 public:
  /// What the monotonic clock of `host` shows when the backend's shows `at`. Never runs backwards.
  virtual Instant shown(HostId host, Instant at) const = 0;
  /// The first moment, on the backend's clock, at which that of `host` shows `shown` or more.
  virtual Instant when(HostId host, Instant shown) const = 0;

 protected:
  ~HostClocks() = default;
};

}  // namespace rill
