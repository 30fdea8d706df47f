// The flags of httpd, as typed, and what they mean.
//
// Each flag is a member of Flags, or of a struct in it, and a line of add_options(). What a flag
// means for the world around - files, ports, descriptors - is checked where that is opened.
#pragma once

#include <cstdint>
#include <string>

#include "lessons/common/command_line.h"
#include "lessons/httpd/access_format.h"
#include "lessons/httpd/limits.h"

namespace rill::httpd {

struct Flags {
  std::string root;
  Limits limits;                ///< but for limits.connections, which limits_of() knows
  std::string max_connections;  ///< as typed; "": Limits::connections, or what fits
  std::string access_log;       ///< a path, or "-"; "": standard output unless --quiet
  std::string access_log_format = "common";
  std::string admin;  ///< "": none
};

/// `flags` must outlive the parsing.
void add_options(lesson::CommandLine& line, Flags& flags);

/// Throws lesson::UsageMistake.
Limits limits_of(const Flags& flags);

AccessFormat access_format_of(const Flags& flags);

}  // namespace rill::httpd
