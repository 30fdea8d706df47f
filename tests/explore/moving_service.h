// A program with something for each fault to strike: hosts that restart, a name that moves, clocks
// that are looked at, connections that can break in the middle, clients with patience.
#pragma once

#include "scheduler/task.h"
#include "simnet/explore/simulation.h"

namespace rill::simnet {

/// Fails in no world.
Task<> moving_service(Simulation& sim);

}  // namespace rill::simnet
