// The clocks of simulated hosts, for those that have one of their own.
//
// A clock is two straight lines over the network's time: the monotonic clock and the wall clock
// begin somewhere and gain `drift_ppm` millionths, until drifting ends; setting a clock begins new
// lines. Integers only: a reading is exact to the nanosecond, and the same everywhere. Invariant:
// the monotonic clock never runs backwards, whatever is set.
#pragma once

#include <vector>

#include "scheduler/clock.h"
#include "simnet/options.h"

namespace rill::simnet {

/// 2000-01-01 00:00:00 UTC: what an honest wall clock shows at the beginning of simulated time.
inline constexpr WallTime kEpoch{946'684'800'000'000'000};

class Clocks final : public HostClocks {
 public:
  Instant shown(HostId host, Instant at) const override;
  Instant when(HostId host, Instant shown) const override;
  WallTime wall(HostId host, Instant at) const;

  /// From `at` on. When drifting ends the clock runs evenly, with whatever it is off by.
  void set(HostId host, const ClockOptions& options, Instant at, Instant drift_ends);
  /// Sets the wall clock forwards, or backwards.
  void jump(HostId host, Duration by);
  ClockOptions options(HostId host) const { return of(host).options; }
  /// Whether no host has a clock of its own.
  bool empty() const { return clocks_.empty(); }

 private:
  struct Clock {
    ClockOptions options;
    Instant since;           // when it was set, on the network's clock
    Instant monotonic;       // what it showed then
    WallTime wall = kEpoch;  // and what the wall clock showed
    Instant drift_ends = Instant::never();
  };

  const Clock& of(HostId host) const { return host < clocks_.size() ? clocks_[host] : plain_; }
  Clock& change(HostId host);
  /// What a clock has counted since it was set.
  Duration counted(const Clock& clock, Instant at) const;

  std::vector<Clock> clocks_;  // by host, as far as any was set
  Clock plain_;
};

}  // namespace rill::simnet
