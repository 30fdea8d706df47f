// See range.h.
#include "net/http/range.h"

#include <algorithm>
#include <optional>

#include "net/http/syntax.h"

namespace rill::http {

namespace {

// Digits; what does not fit is the largest number, which is behind the end of everything.
std::optional<std::uint64_t> parse_position(std::string_view digits) {
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  return parse_decimal(digits).value_or(UINT64_MAX);
}

}  // namespace

RangeSet::Verdict RangeSet::parse(std::string_view value, std::uint64_t size_bytes) {
  count_ = 0;
  if (size_bytes == 0) return Verdict::none;  // no range describes nothing (RFC 9110 14.4)
  const std::size_t equals = value.find('=');
  if (equals == value.npos || !equals_ignoring_case(value.substr(0, equals), "bytes"))
    return Verdict::none;
  std::size_t asked = 0;
  bool is_valid = true;
  for_each_element(value.substr(equals + 1), [&](std::string_view range, bool) {
    if (range.empty() || !is_valid) return;  // RFC 9110 5.6.1.2: empty elements are read over
    is_valid = ++asked <= kMostRanges && add(range, size_bytes);
  });
  if (!is_valid || asked == 0) return count_ = 0, Verdict::none;
  if (count_ == 0) return Verdict::unsatisfied;
  merge();
  return Verdict::some;
}

// False: malformed.
bool RangeSet::add(std::string_view range, std::uint64_t size_bytes) {
  const std::size_t dash = range.find('-');
  if (dash == range.npos) return false;
  const std::string_view last_digits = range.substr(dash + 1);
  const auto last = parse_position(last_digits);
  if (dash == 0) {  // the last so many bytes
    if (!last) return false;
    if (*last > 0) ranges_[count_++] = {size_bytes - std::min(*last, size_bytes), size_bytes};
    return true;
  }
  const auto first = parse_position(range.substr(0, dash));
  if (!first || (!last && !last_digits.empty()) || (last && *last < *first)) return false;
  if (*first >= size_bytes) return true;
  ranges_[count_++] = {*first, last ? std::min(*last, size_bytes - 1) + 1 : size_bytes};
  return true;
}

// Each range takes in what follows and touches it, until none does. At most kMostRanges: squares.
void RangeSet::merge() {
  for (std::size_t i = 0; i < count_; ++i) {
    for (std::size_t j = i + 1; j < count_; ++j) {
      ByteRange& a = ranges_[i];
      const ByteRange& b = ranges_[j];
      const bool is_apart = a.end < b.begin ? b.begin - a.end >= kLeastGapBytes
                                            : b.end < a.begin && a.begin - b.end >= kLeastGapBytes;
      if (is_apart) continue;
      a = {std::min(a.begin, b.begin), std::max(a.end, b.end)};
      std::move(ranges_.begin() + j + 1, ranges_.begin() + count_, ranges_.begin() + j);
      --count_;
      j = i;  // what lay apart from the smaller range may touch the larger one
    }
  }
}

}  // namespace rill::http
