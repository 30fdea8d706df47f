// How a length of time is written for people. See time.h.
#include "scheduler/time.h"

#include <charconv>

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
  // Integers only, by hand: the text of a time is the same in every locale and with every libc, and
  // a trace tells many.
  char text[32];
  char* end = text;
  if (negative) *end++ = '-';
  const auto put = [&](std::uint64_t number) {
    end = std::to_chars(end, text + sizeof text, number).ptr;
  };
  for (const Unit& unit : kUnits) {
    const auto scale = static_cast<std::uint64_t>(unit.ns);
    if (magnitude < scale) continue;
    put(magnitude / scale);
    const std::uint64_t thousandths = magnitude % scale * 1000 / scale;
    put(1000 + thousandths);
    end[-4] = '.';
    return std::string(text, end).append(" ").append(unit.name);
  }
  put(magnitude);
  return std::string(text, end).append(" ns");
}

}  // namespace rill
