// What main.cc and property.cc know of each other: the run of this test binary.
// One per process; everything happens on the thread that runs Catch2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/testing/replay_token.h"

namespace rill::testing {

struct Session {
  std::uint64_t base_seed = 1;        // TEST_RANDOM_SEED
  std::optional<ReplayToken> replay;  // of --replay=TOKEN
  bool replayed = false;              // the property that the token names was met
  std::string test_case;              // the name of the one that runs now
  // The case that runs now, before shrinking: what is left to say when the process dies in it.
  std::optional<ReplayToken> running_case;
};

Session& session();

// The line by which people and ./rill test find the token, and under Bazel the command to type.
std::string replay_line(const ReplayToken& token);

}  // namespace rill::testing
