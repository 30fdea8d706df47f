// The flags of httpd, as typed, and what they mean.
//
// Each flag is a member of Flags, a line of add_options(), and a line where it becomes something:
// limits_of() for what bounds a client.
#pragma once

#include <string>

#include "lessons/common/command_line.h"
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
  std::string drain_timeout = "10";
};

/// `flags` must outlive the parsing.
void add_options(lesson::CommandLine& line, Flags& flags);

/// "10" or "2.5" seconds, "500ms": from a millisecond to a day. Throws lesson::UsageMistake, naming
/// `flag`, for anything else.
Duration parse_duration(const std::string& flag, const std::string& text);

/// Throws lesson::UsageMistake.
Limits limits_of(const Flags& flags);

}  // namespace rill::httpd
