// Makes a script happen: finds the sockets that its operations are applied to, and does the steps
// in a world.
#pragma once

#include "tests/differential/script.h"
#include "tests/differential/world.h"

namespace rill::differential {

/// Plays `script` in `world` from the beginning, and notes what was done and replied. Which sockets
/// the operations meet depends on the replies alone; so the transcript's steps can be repeated in
/// another world, as far as that replies the same.
Transcript play(const Script& script, World& world);

}  // namespace rill::differential
