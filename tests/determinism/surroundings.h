// The same program started twice, in surroundings that share nothing a run could depend on: two
// processes, so two random address spaces; other order and filling of memory; another environment,
// time zone and locale.
#pragma once

#include <string>
#include <vector>

#include "tests/lessons/common/child.h"

namespace rill::testing {

/// Runs `program` (its path from the workspace's root) in the surroundings of `salt`, which are
/// told to it as its first two arguments, --salt N.
Finished run_in_surroundings(std::uint64_t salt, const std::string& program,
                             const std::vector<std::string>& arguments);

/// The same in an address space that is not random (setarch(8)): two such runs of one salt share
/// everything that a machine can hold still.
Finished run_held_still(std::uint64_t salt, const std::string& program,
                        const std::vector<std::string>& arguments);

}  // namespace rill::testing
