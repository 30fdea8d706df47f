// See flags.h.
#include "lessons/httpd/flags.h"

#include "lessons/common/program.h"
#include "net/http/syntax.h"

namespace rill::httpd {
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
  const auto milliseconds_given = http::parse_decimal(number);
  if (number.size() > 11 || digits.empty() || point == 0 || point + 1 == digits.size() ||
      (has_unit ? point != digits.npos : fraction.size() > 3) || !milliseconds_given ||
      *milliseconds_given < 1 || *milliseconds_given > kMostMilliseconds) {
    throw lesson::UsageMistake(flag + " wants seconds, such as 10 or 2.5 or 500ms, not '" + text +
                               "'");
  }
  return milliseconds(static_cast<std::int64_t>(*milliseconds_given));
}

Limits limits_of(const Flags& flags) {
  Limits limits;
  limits.header = parse_duration("--header-timeout", flags.header_timeout);
  limits.body = parse_duration("--body-timeout", flags.body_timeout);
  limits.idle = parse_duration("--idle-timeout", flags.idle_timeout);
  limits.write = parse_duration("--write-timeout", flags.write_timeout);
  limits.drain = parse_duration("--drain-timeout", flags.drain_timeout);
  return limits;
}

void add_options(lesson::CommandLine& line, Flags& flags) {
  line.group("What it serves");
  line.text("--root", flags.root, "FOLDER", "the folder whose files to serve (real sockets)");
  line.group("Deadlines");
  line.text("--header-timeout", flags.header_timeout, "TIME", "for all of a request's head");
  line.text("--body-timeout", flags.body_timeout, "TIME", "for all of a request's body");
  line.text("--idle-timeout", flags.idle_timeout, "TIME", "between two requests");
  line.text("--write-timeout", flags.write_timeout, "TIME",
            "for a client to take more of its answer");
  line.text("--drain-timeout", flags.drain_timeout, "TIME", "for the last answers when it ends");
}

}  // namespace rill::httpd
