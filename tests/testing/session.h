// What main.cc and property.cc know of each other: the run of this test binary.
// One per process; everything happens on the thread that runs Catch2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "simnet/explore/plan.h"
#include "tests/testing/replay_token.h"

namespace rill::testing {

// This process's share of the work of a sharded test.
struct Part {
  std::uint64_t number = 0;
  std::uint64_t of = 1;
};

struct Session {
  std::uint64_t base_seed = 1;            // TEST_RANDOM_SEED
  std::optional<ReplayToken> replay;      // of --replay=TOKEN
  std::optional<simnet::NamedPlan> plan;  // of --replay=TOKEN too, when it is a simulation's
  Part part;
  std::string token;      // of --replay=TOKEN, as it was typed
  bool replayed = false;  // the property that the token names was met
  std::string test_case;  // the name of the one that runs now
  // The case that runs now, before shrinking: what is left to say when the process dies in it.
  std::optional<ReplayToken> running_case;
};

Session& session();

// The line by which people and ./rill test find the token, and under Bazel the command to type.
std::string replay_line(const ReplayToken& token);
std::string replay_line(const std::string& token);

}  // namespace rill::testing
