// How large an attack is, and what it was seen to do.
//
// Each test runs at two scales. In CI it takes a few seconds, beside anything else on the machine,
// and asserts only what no busy machine can break. With RILL_ABUSE_SCALE=full it has the issue's
// own size, and its figures must meet their goals; that wants a quiet machine:
//   bazel run //tests/abuse:full
#pragma once

#include <chrono>
#include <string>

namespace rill::abuse {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// For what should take no time, on a machine that has none to spare.
inline constexpr seconds kPatience{30};

/// Whether RILL_ABUSE_SCALE is "full".
bool is_full();

/// `in_ci`, or `in_full`.
template <class T>
T at_scale(T in_ci, T in_full) {
  return is_full() ? in_full : in_ci;
}

/// Under a sanitizer memory is another, and time is four times as long.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RILL_ABUSE_SANITIZED 1
#endif
#endif
#ifdef RILL_ABUSE_SANITIZED
inline constexpr bool kIsSanitized = true;
#else
inline constexpr bool kIsSanitized = false;
#endif

/// One line `figure: ...`, which the full run puts into its table. `goal` is the text of the bar,
/// such as "<= 16 MiB". Returns whether the figure counts as good: always, unless at full scale
/// and without sanitizers.
[[nodiscard]] bool figure(const std::string& what, double value, const std::string& unit,
                          const std::string& goal, bool is_met);

double seconds_since(Clock::time_point then);
double to_milliseconds(Clock::duration time);

}  // namespace rill::abuse
