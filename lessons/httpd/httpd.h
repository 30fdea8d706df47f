// httpd as a program: what it serves in each world, and who visits it in the simulation.
#pragma once

#include "lessons/common/program.h"
#include "lessons/common/world.h"
#include "lessons/httpd/flags.h"

namespace rill::httpd {

/// `flags` must outlive the program.
lesson::Program httpd_program(Flags& flags);

/// The simulated world: several browsers and one server, and whoever watches it if it has an
/// operator's port (scenario.cc).
Task<> httpd_scenario(lesson::World& world, const Flags& flags);

}  // namespace rill::httpd
