// Latency: how long a link takes for one segment, as a distribution of integers.
//
// Nanoseconds and nothing but integers, so that a run is the same on every machine: the standard
// library's distributions differ between vendors, and floating point between compilers. A value is
// drawn through one decide() whose alternative 0 is the shortest latency.
#pragma once

#include <cstdint>

#include "scheduler/time.h"

namespace rill::simnet {

struct Latency {
  enum class Shape : std::uint8_t { fixed, uniform };

  /// Every segment takes `length`.
  static constexpr Latency fixed(Duration length) { return {Shape::fixed, length, length}; }
  /// Each segment takes something from `least` to `most`, both included, all equally likely.
  static constexpr Latency uniform(Duration least, Duration most) {
    return {Shape::uniform, least, most};
  }

  /// The number of alternatives of the draw; 1 if there is nothing to draw.
  constexpr std::uint64_t alternatives() const {
    return static_cast<std::uint64_t>(most.ns - least.ns) + 1;
  }
  /// The latency for the drawn alternative.
  constexpr Duration at(std::uint64_t choice) const {
    return Duration(least.ns + static_cast<std::int64_t>(choice));
  }
  constexpr bool is_random() const { return alternatives() > 1; }

  friend constexpr bool operator==(const Latency&, const Latency&) = default;

  Shape shape = Shape::fixed;
  Duration least;
  Duration most;
};

}  // namespace rill::simnet
