// Clocks that are off: set by the scenario, or by the fault menu. Their arithmetic is in clocks.h.
#include "simnet/engine.h"

namespace rill::simnet {
namespace {

// Each stands for two strengths: so much ahead (1, 3, 5 ...), and so much behind (2, 4, 6 ...).
constexpr Duration kSkews[] = {milliseconds(10), milliseconds(200), seconds(2), seconds(60),
                               seconds(3600)};
constexpr std::int32_t kDrifts_ppm[] = {20, 100, 500, 5000, 50'000};
constexpr Duration kJumps[] = {milliseconds(500), seconds(1), seconds(60), seconds(3600),
                               seconds(86'400)};

template <class T, std::size_t kSize>
constexpr std::uint32_t strengths_of(const T (&)[kSize]) {
  return 2 * kSize;
}
template <class T, std::size_t kSize>
constexpr T amount_of(const T (&table)[kSize], std::uint32_t strength) {
  return table[(strength - 1) / 2] * (strength % 2 == 1 ? 1 : -1);
}

}  // namespace

void Engine::set_clock(HostId host, const ClockOptions& options) {
  clocks_.set(host, options, clock_);
  context_->clocks = &clocks_;
}

void Engine::jump_clock(HostId host, Duration by) {
  tell_host(sites_of(host).clock_jump, 0, "'s wall clock jumps by ", host, to_string(by));
  clocks_.jump(host, by);
}

WallTime Engine::wall_clock(HostId host) {
  if (options_.faults.per_million(Fault::clock_jump) > 0 && host < hosts_.size()) {
    Site& site = sites_of(host).clock_jump;
    if (const std::uint32_t strength = strike(Fault::clock_jump, site, strengths_of(kJumps))) {
      const Duration by = amount_of(kJumps, strength);
      tell_host(site, strength, "'s wall clock jumps by ", host, to_string(by));
      clocks_.jump(host, by);
    }
  }
  return clocks_.wall(host, now_);
}

/// The fault menu, once for each host.
void Engine::draw_clocks() {
  for (; next_clock_to_draw_ < hosts_.size(); ++next_clock_to_draw_) {
    const auto host = static_cast<HostId>(next_clock_to_draw_);
    HostSites& sites = sites_of(host);
    ClockOptions options = clocks_.options(host);
    const ClockOptions plain = options;
    if (const auto strength = strike(Fault::clock_skew, sites.clock_skew, strengths_of(kSkews))) {
      options.skew = amount_of(kSkews, strength);
      tell_host(sites.clock_skew, strength, "'s clock is off by ", host, to_string(options.skew));
    }
    if (const auto strength =
            strike(Fault::clock_drift, sites.clock_drift, strengths_of(kDrifts_ppm))) {
      options.drift_ppm = amount_of(kDrifts_ppm, strength);
      tell_host(sites.clock_drift, strength, "'s clock gains so many millionths: ", host,
                std::to_string(options.drift_ppm));
    }
    if (options != plain) set_clock(host, options);
  }
}

}  // namespace rill::simnet
