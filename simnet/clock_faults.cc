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
  clocks_.set(host, options, clock_, Instant::never());
  context_->clocks = &clocks_;
}

void Engine::jump_clock(HostId host, Duration by) {
  tell_host(Fault::clock_jump, host, "'s wall clock jumps by " + to_string(by));
  clocks_.jump(host, by);
}

WallTime Engine::wall_clock(HostId host) {
  if (options_.faults.per_million(Fault::clock_jump) > 0 && host < hosts_.size()) {
    const std::uint32_t strength = strike(
        Fault::clock_jump, key_of_host(host), strengths_of(kJumps), [&](std::uint32_t strong) {
          return story_of(host, "'s wall clock jumps by " + to_string(amount_of(kJumps, strong)));
        });
    if (strength != 0) clocks_.jump(host, amount_of(kJumps, strength));
  }
  return clocks_.wall(host, now_);
}

/// The fault menu, once for each host.
void Engine::draw_clocks() {
  if (options_.faults.per_million(Fault::clock_skew) == 0 &&
      options_.faults.per_million(Fault::clock_drift) == 0) {
    return;
  }
  for (; next_clock_to_draw_ < hosts_.size(); ++next_clock_to_draw_) {
    const HostId host = next_clock_to_draw_;
    ClockOptions options = clocks_.options(host);
    const std::uint32_t skew = strike(
        Fault::clock_skew, key_of_host(host), strengths_of(kSkews), [&](std::uint32_t strong) {
          return story_of(host, "'s clock is off by " + to_string(amount_of(kSkews, strong)));
        });
    const std::uint32_t drift =
        strike(Fault::clock_drift, key_of_host(host), strengths_of(kDrifts_ppm),
               [&](std::uint32_t strong) {
                 const std::int32_t ppm = amount_of(kDrifts_ppm, strong);
                 return story_of(host, "'s clock gains " + std::to_string(ppm) + " millionths");
               });
    if (skew == 0 && drift == 0) continue;
    if (skew != 0) options.skew = amount_of(kSkews, skew);
    if (drift != 0) options.drift_ppm = amount_of(kDrifts_ppm, drift);
    clocks_.set(host, options, clock_, options_.faults.until);
    context_->clocks = &clocks_;
  }
}

}  // namespace rill::simnet
