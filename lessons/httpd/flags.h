// The flags of httpd, as typed, and what they mean.
//
// Each flag is a member of Flags, a line of add_options(), and a line where it becomes something:
// limits_of() for what bounds a client. What a flag means for the world around - files, ports - is
// checked where that is opened.
#pragma once

#include <cstdint>
#include <string>

#include "lessons/common/command_line.h"
#include "lessons/httpd/access_format.h"
#include "lessons/httpd/limits.h"
#include "scheduler/time.h"

namespace rill::httpd {

/// As typed.
struct Flags {
  std::string root;
  std::string header_timeout = "10";
  std::string body_timeout = "10";
  std::string idle_timeout = "10";
  std::string write_timeout = "10";
  std::string linger_timeout = "1";
  std::string drain_timeout = "10";
  std::string max_connections;  ///< "": what fits, up to Limits::connections
  std::uint64_t max_connections_per_client = 0;
  std::uint64_t max_requests_per_connection = 0;
  std::string access_log;  ///< a path, or "-"; "": standard output unless --quiet
  std::string access_log_format = "common";
  std::string admin;  ///< "": none
};

/// `flags` must outlive the parsing.
void add_options(lesson::CommandLine& line, Flags& flags);

/// "10" or "2.5" seconds, "500ms": from a millisecond to a day. Throws lesson::UsageMistake, naming
/// `flag`, for anything else.
Duration parse_duration(const std::string& flag, const std::string& text);

/// Throws lesson::UsageMistake.
Limits limits_of(const Flags& flags);

AccessFormat access_format_of(const Flags& flags);

}  // namespace rill::httpd
