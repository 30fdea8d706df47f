// Quantiles of latencies with a tail, in fixed point. See latency.h.
//
// Quantile q of 65536 is the value that q/65536 of all draws stay below. With v = 65536 - q that is
// mean x ln(65536/v) for the exponential distribution, least x (65536/v)^(1/tail) for Pareto's:
// both follow from the binary logarithm of v, which takes squarings only.
#include "simnet/latency.h"

#include "simnet/fixed_point.h"

namespace rill::simnet {
namespace {

constexpr std::uint64_t kLn2 = 0xB17217F7D1CF79AB;  // x 2^64 (OEIS A068426)

Duration clipped(unsigned __int128 ns) {
  const auto never = static_cast<unsigned __int128>(Instant::never().ns);
  return Duration(static_cast<std::int64_t>(ns < never ? ns : never));
}

}  // namespace

Latency Latency::exponential(Duration least, Duration mean) {
  Latency latency{Shape::exponential, least, least, mean};
  latency.most = latency.quantile(kQuantiles - 1);
  return latency;
}

Latency Latency::bimodal(Duration usual, Duration rare, std::uint32_t rare_per_million) {
  const std::uint64_t tail =
      (std::uint64_t{rare_per_million} * kQuantiles + 999'999) / std::uint64_t{1'000'000};
  return {Shape::bimodal, usual, rare, Duration(), static_cast<std::uint32_t>(tail)};
}

Latency Latency::pareto(Duration least, std::uint32_t tail_percent) {
  Latency latency{Shape::pareto, least, least, Duration(), tail_percent};
  if (tail_percent < 50 || tail_percent > 1000) {
    latency.most = Duration(-1);  // not valid, as the network will say
  } else {
    latency.most = latency.quantile(kQuantiles - 1);
  }
  return latency;
}

Duration Latency::quantile(std::uint32_t number) const {
  if (shape == Shape::bimodal) return number < kQuantiles - tail ? least : most;
  const std::uint64_t bits_beyond =  // of 65536/v, x 2^32
      (std::uint64_t{16} << 32) - log2_q32(kQuantiles - number);
  if (shape == Shape::exponential) {
    if (least.ns < 0 || mean.ns < 0) return Duration(-1);
    const auto nats = static_cast<unsigned __int128>(bits_beyond) * kLn2 >> 38;  // x 2^58
    const auto wait = static_cast<unsigned __int128>(mean.ns) * nats >> 58;
    return clipped(static_cast<unsigned __int128>(least.ns) + wait);
  }
  if (least.ns < 0) return Duration(-1);
  const std::uint64_t exponent = bits_beyond * 100 / tail;
  const auto whole = static_cast<int>(exponent >> 32);  // up to 32
  const std::uint64_t factor = exp2_q62(static_cast<std::uint32_t>(exponent));
  return clipped(static_cast<unsigned __int128>(least.ns) * factor >> (62 - whole));
}

}  // namespace rill::simnet
