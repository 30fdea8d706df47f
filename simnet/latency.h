// Latency: how long a link takes for one segment, as a distribution of integers.
//
// Nanoseconds and nothing but integers, so that a run is the same on every machine: the standard
// library's distributions differ between vendors, and floating point between compilers. A value is
// drawn through one decide() whose alternative 0 is the shortest latency; longer ones follow in
// order. Shapes with a tail are cut into 65536 quantiles, so that a choice stays a small number.
#pragma once

#include <cstdint>

#include "scheduler/time.h"

namespace rill::simnet {

struct Latency {
  enum class Shape : std::uint8_t { fixed, uniform, exponential, bimodal, pareto };

  static constexpr std::uint32_t kQuantiles = 65536;

  /// Every segment takes `length`.
  static constexpr Latency fixed(Duration length) { return {Shape::fixed, length, length}; }
  /// Each segment takes something from `least` to `most`, both included, all equally likely.
  static constexpr Latency uniform(Duration least, Duration most) {
    return {Shape::uniform, least, most};
  }
  /// `least`, and beyond it a wait without memory that takes `mean` on average: a queue at a
  /// router. The longest is 11 times the mean beyond `least`.
  static Latency exponential(Duration least, Duration mean);
  /// `usual`, but `rare` for so many segments of a million (rounded up to 65536ths): two routes, or
  /// a radio that sometimes wakes up first.
  static Latency bimodal(Duration usual, Duration rare, std::uint32_t rare_per_million);
  /// At least `least`; k times as long for one segment in k^(tail_percent / 100): few take very
  /// long, as in real networks. 50 to 1000; the smaller, the heavier the tail.
  static Latency pareto(Duration least, std::uint32_t tail_percent);

  /// Whether every drawn value is a latency: not negative, not above `most`.
  constexpr bool is_valid() const {
    return least.ns >= 0 && most >= least && most < Duration(Instant::never().ns);
  }
  constexpr bool is_random() const { return most != least; }
  /// The number of alternatives of the draw; 1 if there is nothing to draw.
  constexpr std::uint64_t alternatives() const {
    if (shape <= Shape::uniform) return static_cast<std::uint64_t>(most.ns - least.ns) + 1;
    return is_random() ? kQuantiles : 1;
  }
  /// The latency for the drawn alternative.
  Duration at(std::uint64_t choice) const {
    if (shape <= Shape::uniform) return Duration(least.ns + static_cast<std::int64_t>(choice));
    return quantile(static_cast<std::uint32_t>(choice));
  }

  friend constexpr bool operator==(const Latency&, const Latency&) = default;

  Shape shape = Shape::fixed;
  Duration least;
  Duration most;
  Duration mean{};         // exponential: beyond `least`
  std::uint32_t tail = 0;  // bimodal: how many quantiles are `most`; pareto: tail_percent

 private:
  Duration quantile(std::uint32_t number) const;
};

}  // namespace rill::simnet
