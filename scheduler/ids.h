// The numbers by which people and traces know tasks and hosts.
#pragma once

#include <cstdint>

namespace rill {

using TaskId = std::uint32_t;  ///< 1, 2, 3 ... in the order of spawning; 0: none

/// Which simulated host a task lives on. Real backends have one, number 0.
using HostId = std::uint32_t;

}  // namespace rill
