// httpd as a program: its flags, what it serves in each world, and who visits it in the simulation.
#pragma once

#include <string>

#include "lessons/common/program.h"
#include "lessons/common/tls/door.h"
#include "lessons/common/world.h"
#include "lessons/httpd/limits.h"

namespace rill::httpd {

/// As typed.
struct Flags {
  std::string root;
  lesson::TlsFlags tls;
  std::string header_timeout = "10";
  std::string body_timeout = "10";
  std::string idle_timeout = "10";
  std::string write_timeout = "10";
  std::string drain_timeout = "10";
};

/// "10" or "2.5" seconds, "500ms": from a millisecond to a day. Throws lesson::UsageMistake, naming
/// `flag`, for anything else.
Duration parse_duration(const std::string& flag, const std::string& text);

/// Throws lesson::UsageMistake.
Limits limits_of(const Flags& flags);

/// `flags` must outlive the program.
lesson::Program httpd_program(Flags& flags);

/// The simulated world: several browsers and one server (scenario.cc).
Task<> httpd_scenario(lesson::World& world);

}  // namespace rill::httpd
