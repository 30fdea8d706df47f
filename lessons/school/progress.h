// How far a check has come: shared memory between the process that runs a learner's code and the
// one that watches it (guardian.h), so that a crash or an endless loop can be told with its place.
//
// Invariant: the running process only ever stores single numbers and fixed bytes in here, also from
// a signal handler.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace rill::school {

/// What a signal handler can leave behind.
struct Wreck {
  static constexpr int kMostFrames = 48;
  static constexpr std::size_t kMostTableBytes = 8192;

  int signal = 0;  ///< which one ended it; 0: none did
  int frames = 0;
  void* stack[kMostFrames] = {};
  char table[kMostTableBytes] = {};  ///< the task table, as far as it could still be made
};

struct Progress {
  std::atomic<std::uint32_t> property{0};  ///< number of the one that is being checked
  std::atomic<std::uint64_t> runs{0};      ///< of it so far, those of the shrinker too
  std::atomic<std::uint64_t> steps{0};     ///< of tasks, in all: while it grows, nothing hangs
  /// Of the run that goes on, ended by a zero; empty if it has none that is short enough.
  std::array<char, 512> token{};
  Wreck wreck;
};

}  // namespace rill::school
