// See duration.h.
#include "lessons/common/duration.h"

#include <charconv>
#include <string_view>

#include "lessons/common/program.h"

namespace rill::lesson {
namespace {

constexpr std::int64_t kMostMilliseconds = 86'400'000;  // a day

}  // namespace

Duration parse_duration(const std::string& flag, const std::string& text) {
  const bool has_unit = text.ends_with("ms");
  const std::string_view digits =
      std::string_view(text).substr(0, text.size() - (has_unit ? 2 : 0));
  const std::size_t point = digits.find('.');
  const std::string_view fraction = point == digits.npos ? "" : digits.substr(point + 1);
  std::string number(digits.substr(0, point));
  number += fraction;
  if (!has_unit && fraction.size() <= 3) number.append(3 - fraction.size(), '0');
  const bool is_well_formed = !digits.empty() && point != 0 && point + 1 != digits.size() &&
                              (has_unit ? point == digits.npos : fraction.size() <= 3) &&
                              number.find_first_not_of("0123456789") == number.npos;
  std::int64_t read = 0;
  if (is_well_formed) std::from_chars(number.data(), number.data() + number.size(), read);
  if (read < 1 || read > kMostMilliseconds) {  // also when it does not fit: then nothing was read
    throw UsageMistake(flag + " wants seconds, such as 10 or 2.5 or 500ms, not '" + text + "'");
  }
  return milliseconds(read);
}

std::string duration_text(Duration duration) {
  const std::int64_t whole = duration.ns / 1'000'000;
  return whole % 1000 == 0 ? std::to_string(whole / 1000) : std::to_string(whole) + "ms";
}

}  // namespace rill::lesson
