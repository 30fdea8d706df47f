// The worlds that a search starts its runs in: latencies, buffers, the time of steps, and which
// faults are possible how often. Each is drawn by decisions of the run's oracle, alternative 0
// being the plain one, so that the shrinker can take each of them back.
#pragma once

#include <string>

#include "scheduler/oracle.h"
#include "simnet/explore/run_once.h"

namespace rill::simnet {

/// The options of the network for a run in `world`, drawn from `oracle`.
NetworkOptions draw_world(World world, const ExploreOptions& options, Oracle& oracle);

/// What is out of the ordinary about it: "steps take 50 us, links 1 ms to 10 ms"; empty if nothing.
std::string describe_world(const NetworkOptions& drawn, const NetworkOptions& plain);

/// Whether a program sees `fault` as more than time: an error, or a peer that is gone.
bool is_error(Fault fault);

}  // namespace rill::simnet
