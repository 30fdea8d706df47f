// How a length of time is written for people. See time.h.
#include "scheduler/time.h"

#include <charconv>
#include <string_view>

namespace rill {
namespace {

// Integers only, by hand: the text of a time is the same in every locale and with every libc, and a
// trace tells many.
char* put(char* to, std::uint64_t number) {
  return std::to_chars(to, to + kMostDurationBytes, number).ptr;
}

char* put(char* to, std::string_view text) { return to + text.copy(to, text.size()); }

template <std::uint64_t kScale>
char* put_in_units(char* to, std::uint64_t ns, std::string_view unit) {
  to = put(to, ns / kScale);
  to = put(to, 1000 + ns % kScale * 1000 / kScale);
  to[-4] = '.';
  return put(to, unit);
}

}  // namespace

char* put(char* to, Duration length) {
  auto ns = static_cast<std::uint64_t>(length.ns);
  if (length.ns < 0) {
    *to++ = '-';
    ns = 0 - ns;
  }
  if (ns >= 1'000'000'000) return put_in_units<1'000'000'000>(to, ns, " s");
  if (ns >= 1'000'000) return put_in_units<1'000'000>(to, ns, " ms");
  if (ns >= 1'000) return put_in_units<1'000>(to, ns, " us");
  return put(put(to, ns), " ns");
}

std::string to_string(Duration length) {
  char text[kMostDurationBytes];
  return {text, put(text, length)};
}

}  // namespace rill
