// See date.h. The calendar counts days from 0000-03-01, so that the leap day ends its year: an era
// is 400 years of 146097 days, and the months from March on have lengths that one formula gives.
#include "net/http/date.h"

#include <algorithm>

#include "net/http/syntax.h"

namespace rill::http {

namespace {

constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view kWeekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                          "Thursday", "Friday", "Saturday"};
constexpr std::int64_t kDaySeconds = 86400;
constexpr std::int64_t kFirstSecond = -62167219200;  // 0000-01-01
constexpr std::int64_t kLastSecond = 253402300799;   // 9999-12-31 23:59:59

struct Day {
  std::int64_t year;
  int month;  // 1 to 12
  int day;    // from 1
};

constexpr std::int64_t days_since_epoch(std::int64_t year, int month, int day) {
  const std::int64_t march_year = month > 2 ? year : year - 1;
  const std::int64_t era = (march_year >= 0 ? march_year : march_year - 399) / 400;
  const std::int64_t year_of_era = march_year - era * 400;
  const std::int64_t month_from_march = (month + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

constexpr Day day_of(std::int64_t days_since_epoch) {
  const std::int64_t days = days_since_epoch + 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (year_of_era * 365 + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int month =
      static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1)};
}

static_assert(days_since_epoch(1970, 1, 1) == 0 && days_since_epoch(2000, 3, 1) == 11017);

void put_digits(char* at, int count, std::int64_t number) {
  for (; count > 0; number /= 10) at[--count] = static_cast<char>('0' + number % 10);
}

// Takes fixed pieces off the front of a text; once one does not fit, nothing does.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  bool is_complete() const { return !failed_ && rest_.empty(); }

  void literal(std::string_view text) {
    if (!rest_.starts_with(text)) return fail();
    rest_.remove_prefix(text.size());
  }
  // `first_may_be_space`: asctime pads the day with a space.
  int digits(std::size_t count, bool first_may_be_space = false) {
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_pad = i == 0 && first_may_be_space && rest_.starts_with(' ');
      if (i >= rest_.size() || !(is_pad || is_digit(rest_[i]))) return fail(), 0;
      if (!is_pad) number = number * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return number;
  }
  int month() {
    for (int i = 0; i < 12; ++i) {
      if (!rest_.starts_with(kMonths[i])) continue;
      rest_.remove_prefix(3);
      return i + 1;
    }
    return fail(), 1;
  }
  void fail() { failed_ = true; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

std::string_view weekday_at(std::string_view text) {
  for (std::string_view name : kWeekdays) {
    if (text.starts_with(name)) return name;
    if (text.starts_with(name.substr(0, 3)) && (text.size() < 4 || !is_letter(text[3]))) {
      return name.substr(0, 3);
    }
  }
  return {};
}

}  // namespace

DateText::DateText(std::int64_t seconds_since_epoch) {
  const std::int64_t seconds = std::clamp(seconds_since_epoch, kFirstSecond, kLastSecond);
  const std::int64_t days = (seconds >= 0 ? seconds : seconds - (kDaySeconds - 1)) / kDaySeconds;
  const std::int64_t second_of_day = seconds - days * kDaySeconds;
  const Day day = day_of(days);
  const std::int64_t weekday = ((days + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday

  constexpr std::string_view kPattern = "Ddd, 00 Mmm 0000 00:00:00 GMT";
  char* const at = characters_.data();
  std::copy(kPattern.begin(), kPattern.end(), at);
  std::copy_n(kWeekdays[weekday].begin(), 3, at);
  std::copy_n(kMonths[day.month - 1].begin(), 3, at + 8);
  put_digits(at + 5, 2, day.day);
  put_digits(at + 12, 4, day.year);
  put_digits(at + 17, 2, second_of_day / 3600);
  put_digits(at + 20, 2, second_of_day / 60 % 60);
  put_digits(at + 23, 2, second_of_day % 60);
}

std::optional<std::int64_t> parse_date(std::string_view text, std::int64_t now_seconds) {
  const std::string_view weekday = weekday_at(text);
  if (weekday.empty()) return std::nullopt;
  Reader reader(text.substr(weekday.size()));
  const bool is_asctime = weekday.size() == 3 && text.size() > 3 && text[3] == ' ';
  const bool is_rfc850 = weekday.size() > 3;
  int year = 0, month, day;

  reader.literal(is_asctime ? " " : ", ");
  if (is_asctime) {
    month = reader.month();
    reader.literal(" ");
    day = reader.digits(2, true);
  } else {
    day = reader.digits(2);
    reader.literal(is_rfc850 ? "-" : " ");
    month = reader.month();
    reader.literal(is_rfc850 ? "-" : " ");
    year = reader.digits(is_rfc850 ? 2 : 4);
  }
  reader.literal(" ");
  const int hour = reader.digits(2);
  reader.literal(":");
  const int minute = reader.digits(2);
  reader.literal(":");
  const int second = reader.digits(2);
  reader.literal(is_asctime ? " " : " GMT");
  if (is_asctime) year = reader.digits(4);
  if (!reader.is_complete()) return std::nullopt;

  if (is_rfc850) {
    const auto this_year = static_cast<int>(
        day_of(std::clamp(now_seconds, kFirstSecond, kLastSecond) / kDaySeconds).year);
    year += this_year / 100 * 100;
    if (year > this_year + 50) year -= 100;
  }
  const std::int64_t days = days_since_epoch(year, month, day);
  const Day there = day_of(days);
  if (there.month != month || there.day != day) return std::nullopt;  // 30 Feb
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const int second_of_day = (hour * 60 + minute) * 60 + std::min(second, 59);
  return days * kDaySeconds + second_of_day;
}

}  // namespace rill::http
