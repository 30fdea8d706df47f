// How a length of time is written for people. See time.h.
#include "scheduler/time.h"

#include <cstdio>

namespace rill {

std::string to_string(Duration length) {
  struct Unit {
    std::int64_t ns;
    const char* name;
  };
  constexpr Unit kUnits[] = {{1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}};
  const bool negative = length.ns < 0;
  const auto magnitude =
      negative ? 0 - static_cast<std::uint64_t>(length.ns) : static_cast<std::uint64_t>(length.ns);
  char text[48];
  for (const Unit& unit : kUnits) {
    const auto scale = static_cast<std::uint64_t>(unit.ns);
    if (magnitude < scale) continue;
    // Integers only: the text of a time is the same in every locale and with every libc.
    std::snprintf(text, sizeof text, "%s%llu.%03llu %s", negative ? "-" : "",
                  static_cast<unsigned long long>(magnitude / scale),
                  static_cast<unsigned long long>(magnitude % scale * 1000 / scale), unit.name);
    return text;
  }
  std::snprintf(text, sizeof text, "%s%llu ns", negative ? "-" : "",
                static_cast<unsigned long long>(magnitude));
  return text;
}

}  // namespace rill
