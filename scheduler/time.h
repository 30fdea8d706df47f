// Time as Rill counts it: signed 64-bit nanoseconds on a monotonic clock.
//
// A Duration is a length, an Instant a point since the run's backend started counting. Both are one
// integer, so simulated time is exact and the same everywhere. We keep <chrono> out of our headers
// (it costs a second per file); its durations still convert, so `sleep(50ms)` works for those who
// include it. Without it: `50_ms`, or milliseconds(50).
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace rill {

struct Duration {
  std::int64_t ns = 0;

  constexpr Duration() = default;
  constexpr explicit Duration(std::int64_t nanoseconds) : ns(nanoseconds) {}
  /// Any type with the shape of std::chrono::duration.
  template <typename D>
    requires requires(D d) {
      D::period::num;
      d.count();
    }
  constexpr Duration(D d)  // NOLINT(google-explicit-constructor): sleep(50ms) should just work
      : ns(to_ns(d.count(), D::period::num, D::period::den)) {}

  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return Duration(a.ns + b.ns); }
  friend constexpr Duration operator-(Duration a, Duration b) { return Duration(a.ns - b.ns); }
  friend constexpr Duration operator*(Duration a, std::int64_t k) { return Duration(a.ns * k); }
  friend constexpr Duration operator*(std::int64_t k, Duration a) { return Duration(a.ns * k); }
  friend constexpr Duration operator/(Duration a, std::int64_t k) { return Duration(a.ns / k); }
  constexpr Duration& operator+=(Duration b) { return ns += b.ns, *this; }

 private:
  /// `count` times num/den seconds, rounded towards zero; wide enough for whole weeks and for
  /// picoseconds.
  template <typename Count>
  static constexpr std::int64_t to_ns(Count count, std::int64_t num, std::int64_t den) {
    if constexpr (static_cast<Count>(0.5) != Count(0)) {  // a floating-point count
      return static_cast<std::int64_t>(count * static_cast<Count>(num) * 1e9 /
                                       static_cast<Count>(den));
    } else {
      return static_cast<std::int64_t>(static_cast<__int128>(count) * num * 1'000'000'000 / den);
    }
  }
};

constexpr Duration nanoseconds(std::int64_t n) { return Duration(n); }
constexpr Duration microseconds(std::int64_t n) { return Duration(n * 1'000); }
constexpr Duration milliseconds(std::int64_t n) { return Duration(n * 1'000'000); }
constexpr Duration seconds(std::int64_t n) { return Duration(n * 1'000'000'000); }

inline namespace literals {
constexpr Duration operator""_ns(unsigned long long n) {
  return nanoseconds(static_cast<std::int64_t>(n));
}
constexpr Duration operator""_us(unsigned long long n) {
  return microseconds(static_cast<std::int64_t>(n));
}
constexpr Duration operator""_ms(unsigned long long n) {
  return milliseconds(static_cast<std::int64_t>(n));
}
constexpr Duration operator""_s(unsigned long long n) {
  return seconds(static_cast<std::int64_t>(n));
}
}  // namespace literals

struct Instant {
  std::int64_t ns = 0;

  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Duration operator-(Instant a, Instant b) { return Duration(a.ns - b.ns); }
  /// Saturates: a deadline "for ever from now" stays at never().
  friend constexpr Instant operator+(Instant a, Duration d) {
    Instant sum;
    if (__builtin_add_overflow(a.ns, d.ns, &sum.ns)) return never();
    return sum;
  }
  static constexpr Instant never() { return Instant{std::numeric_limits<std::int64_t>::max()}; }
};

/// What a clock on the wall shows: nanoseconds since 1970-01-01 00:00:00 UTC. It can be set, so it
/// may jump, also backwards: to be shown and stored, never to measure a length of time.
struct WallTime {
  std::int64_t ns = 0;

  friend constexpr auto operator<=>(WallTime, WallTime) = default;
  friend constexpr Duration operator-(WallTime a, WallTime b) { return Duration(a.ns - b.ns); }
  friend constexpr WallTime operator+(WallTime a, Duration d) { return WallTime{a.ns + d.ns}; }
};

/// "1.250 ms", "3.000 s": three decimals in the largest unit that keeps the number at 1 or above.
std::string to_string(Duration length);
/// The same, for who has that much room for it. The new end.
constexpr std::size_t kMostDurationBytes = 32;
char* put(char* to, Duration length);

}  // namespace rill
