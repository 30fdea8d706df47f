// The arithmetic of clocks that are off. See clocks.h.
#include "simnet/clocks.h"

#include <algorithm>

namespace rill::simnet {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

/// The largest integer that is not above the quotient; `divisor` is positive.
__int128 rounded_down(__int128 dividend, std::int64_t divisor) {
  return dividend / divisor - (dividend % divisor < 0 ? 1 : 0);
}

}  // namespace

Duration Clocks::counted(const Clock& clock, Instant at) const {
  const Duration drifting = std::max(std::min(at, clock.drift_ends) - clock.since, Duration());
  const auto gained = static_cast<__int128>(drifting.ns) * clock.options.drift_ppm;
  return (at - clock.since) + Duration(static_cast<std::int64_t>(rounded_down(gained, kMillion)));
}

Instant Clocks::shown(HostId host, Instant at) const {
  const Clock& clock = of(host);
  return clock.monotonic + counted(clock, at);
}

WallTime Clocks::wall(HostId host, Instant at) const {
  const Clock& clock = of(host);
  return clock.wall + counted(clock, at);
}

Instant Clocks::when(HostId host, Instant shown) const {
  if (shown == Instant::never()) return shown;
  const Clock& clock = of(host);
  const Duration wanted = shown - clock.monotonic;
  const Duration drifting = std::max(clock.drift_ends - clock.since, Duration());
  const std::int64_t rate = kMillion + clock.options.drift_ppm;
  // The first moment at which (length * rate) / million, rounded down, is what is wanted.
  const __int128 needed = -rounded_down(-static_cast<__int128>(wanted.ns) * kMillion, rate);
  if (needed <= drifting.ns) return clock.since + Duration(static_cast<std::int64_t>(needed));
  if (clock.drift_ends == Instant::never()) return clock.drift_ends;
  const Instant end = clock.since + drifting;
  return end + (wanted - counted(clock, end));
}

Clocks::Clock& Clocks::change(HostId host) {
  if (host >= clocks_.size()) clocks_.resize(host + std::size_t{1});
  return clocks_[host];
}

void Clocks::set(HostId host, const ClockOptions& options, Instant at, Instant drift_ends) {
  const Instant showed = shown(host, at);
  Clock& clock = change(host);
  clock.options = options;
  clock.monotonic = std::max(showed, at + options.skew);
  clock.wall = kEpoch + (at - Instant()) + options.skew;
  clock.since = at;
  clock.drift_ends = drift_ends;
}

void Clocks::jump(HostId host, Duration by) {
  Clock& clock = change(host);
  clock.wall = clock.wall + by;
}

}  // namespace rill::simnet
