// See flags.h.
#include "lessons/httpd/flags.h"

#include <algorithm>

#include "lessons/common/program.h"
#include "net/http/syntax.h"

namespace rill::httpd {
namespace {

constexpr std::int64_t kMostMilliseconds = 86'400'000;  // a day
constexpr std::uint64_t kMostConnections = 1'000'000;

std::size_t parse_count(const std::string& text) {
  const auto count = http::parse_decimal(text);
  if (count && *count >= 1 && *count <= kMostConnections) return *count;
  throw lesson::UsageMistake("--max-connections takes a whole number from 1 to " +
                             std::to_string(kMostConnections) + ", not '" + text + "'");
}

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
  limits.linger = parse_duration("--linger-timeout", flags.linger_timeout);
  limits.linger_when_stopping = std::min(limits.linger_when_stopping, limits.linger);
  limits.drain = parse_duration("--drain-timeout", flags.drain_timeout);
  if (!flags.max_connections.empty()) limits.connections = parse_count(flags.max_connections);
  limits.connections_per_client = flags.max_connections_per_client;
  limits.requests_per_connection = flags.max_requests_per_connection;
  return limits;
}

AccessFormat access_format_of(const Flags& flags) {
  if (flags.access_log_format == "json") return AccessFormat::json;
  return flags.access_log_format == "combined" ? AccessFormat::combined : AccessFormat::common;
}

void add_options(lesson::CommandLine& line, Flags& flags) {
  line.group("What it serves");
  line.text("--root", flags.root, "FOLDER", "the folder whose files to serve (real sockets)");

  line.group("What a client may take");
  line.text("--max-connections", flags.max_connections, "N",
            "at a time; more wait [10000, if so many files can be open]");
  line.number("--max-connections-per-client", flags.max_connections_per_client, 0, kMostConnections,
              "more get 429; 0: no limit");
  line.number("--max-requests-per-connection", flags.max_requests_per_connection, 0, UINT32_MAX,
              "then it is closed; 0: no limit");
  line.text("--header-timeout", flags.header_timeout, "TIME", "for all of a request's head");
  line.text("--body-timeout", flags.body_timeout, "TIME", "for all of a request's body");
  line.text("--idle-timeout", flags.idle_timeout, "TIME", "between two requests");
  line.text("--write-timeout", flags.write_timeout, "TIME", "to take 64 KiB more of an answer");
  line.text("--linger-timeout", flags.linger_timeout, "TIME",
            "to end its side after the last answer");
  line.text("--drain-timeout", flags.drain_timeout, "TIME",
            "for the last answers, when the server ends");

  line.group("What its operator sees");
  line.text("--access-log", flags.access_log, "FILE",
            "a line for each request; -: on stdout, the default");
  line.choice("--access-log-format", flags.access_log_format, {"common", "combined", "json"},
              "common, combined or json");
  line.text("--admin", flags.admin, "[HOST:]PORT",
            "/healthz and /metrics, there; a port alone: on 127.0.0.1");
}

}  // namespace rill::httpd
