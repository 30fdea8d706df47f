// See flags.h.
#include "lessons/httpd/flags.h"

#include <algorithm>

#include "lessons/common/program.h"
#include "net/http/syntax.h"

namespace rill::httpd {
namespace {

constexpr std::uint64_t kMostConnections = 1'000'000;

std::uint64_t parse_connections(const std::string& text) {
  const auto count = http::parse_decimal(text);
  if (count && *count >= 1 && *count <= kMostConnections) return *count;
  throw lesson::UsageMistake("--max-connections takes a whole number from 1 to " +
                             std::to_string(kMostConnections) + ", not '" + text + "'");
}

}  // namespace

void add_options(lesson::CommandLine& line, Flags& flags) {
  line.group("What it serves");
  line.text("--root", flags.root, "FOLDER", "the folder whose files to serve (real sockets)");
  lesson::add_tls_flags(line, flags.tls);

  Limits& limits = flags.limits;
  line.group("What a client may take");
  line.text("--max-connections", flags.max_connections, "N",
            "at a time; more wait [10000, if so many files can be open]");
  line.number("--max-connections-per-client", limits.connections_per_client, 0, kMostConnections,
              "for each worker; more get 429; 0: no limit");
  line.number("--max-requests-per-connection", limits.requests_per_connection, 0, UINT32_MAX,
              "then it is closed; 0: no limit");
  line.duration("--header-timeout", limits.header, "for all of a request's head");
  line.duration("--body-timeout", limits.body, "for all of a request's body");
  line.duration("--idle-timeout", limits.idle, "between two requests");
  line.duration("--write-timeout", limits.write, "to take 64 KiB more of an answer");
  line.duration("--linger-timeout", limits.linger, "to end its side after the last answer");

  line.group("What its operator sees");
  line.text("--access-log", flags.access_log, "FILE",
            "a line for each request; -: on stdout, the default");
  line.choice("--access-log-format", flags.access_log_format, {"common", "combined", "json"},
              "common, combined or json");
  line.text("--admin", flags.admin, "[HOST:]PORT",
            "/healthz and /metrics, there; a port alone: on 127.0.0.1");
}

Limits limits_of(const Flags& flags) {
  Limits limits = flags.limits;
  if (!flags.max_connections.empty()) limits.connections = parse_connections(flags.max_connections);
  limits.linger_when_stopping = std::min(limits.linger_when_stopping, limits.linger);
  return limits;
}

AccessFormat access_format_of(const Flags& flags) {
  if (flags.access_log_format == "json") return AccessFormat::json;
  return flags.access_log_format == "combined" ? AccessFormat::combined : AccessFormat::common;
}

}  // namespace rill::httpd
