// Dates in HTTP fields (RFC 9110 5.6.7): seconds since 1970-01-01 00:00:00 UTC to text and back,
// by arithmetic on the proleptic Gregorian calendar: no locale, no time zone, no libc, no clock.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rill::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT", 29 bytes, without allocation.
class DateText {
 public:
  /// Years 0 to 9999; a time outside is set to the nearest inside.
  explicit DateText(std::int64_t seconds_since_epoch);
  std::string_view text() const { return {characters_.data(), characters_.size()}; }

 private:
  std::array<char, 29> characters_;
};

/// Reads the three formats that RFC 9110 wants a recipient to accept: IMF-fixdate as above, the
/// obsolete RFC 850 form ("Sunday, 06-Nov-94 08:49:37 GMT"; its two-digit year is taken as at most
/// 50 years after `now_seconds`) and asctime ("Sun Nov  6 08:49:37 1994"). Nothing for any other
/// text or a day, hour, minute or second that does not exist; a second of 60 counts as 59. The name
/// of the weekday must be one, but not the right one.
std::optional<std::int64_t> parse_date(std::string_view text, std::int64_t now_seconds);

}  // namespace rill::http
