// Clients of an echo server for tests, over any backend.
#pragma once

#include <string>
#include <vector>

#include "net/net.h"

namespace rill::testing {

using Chunks = std::vector<std::string>;

/// Connects, sends the chunks one by one, and ends its side; at the same time reads to the end.
/// Gives back what it read. (Sending all before reading would block for ever once both directions
/// are full.)
Task<std::string> talk(Address to, Chunks chunks);

/// Everything in one text.
std::string joined(const Chunks& chunks);

}  // namespace rill::testing
