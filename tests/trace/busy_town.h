// A scenario in which everything happens that a trace can tell of.
#pragma once

#include "simnet/explore/simulation.h"

namespace rill::testing {

Task<> busy_town(simnet::Simulation& sim);

}  // namespace rill::testing
