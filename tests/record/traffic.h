// A small family of network programs for tests of recordings: a server and its clients in one
// program, over loopback, drawn from a few numbers.
#pragma once

#include <string>
#include <vector>

#include "net/net.h"
#include "scheduler/api.h"

namespace rill::testing {

struct Visit {
  enum class Manner : std::uint8_t {
    polite,       ///< reads all of its echo, then both close
    half_closes,  ///< ends its side before it reads
    leaves,       ///< closes with the echo unread
    resets,       ///< closes with a reset
    is_killed,    ///< by another task, after a while
    times_out,    ///< reads more than there is, for a millisecond
  };
  Manner manner = Manner::polite;
  std::vector<std::string> lines;
};

/// What the program saw: for two runs to be the same, this must be.
using Transcript = std::vector<std::string>;

/// Serves all visits, made at the same time, and ends.
Task<> traffic(std::vector<Visit> visits, Transcript& transcript);

}  // namespace rill::testing
