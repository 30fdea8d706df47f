// The portfolio: which strategy and which world the run with a given seed gets. What one of them
// misses another finds, so a tester need not choose: the seed alone says it all.
#pragma once

#include <cstdint>
#include <iterator>

#include "simnet/explore/run_once.h"

namespace rill::simnet {

struct Attempt {
  Strategy strategy = Strategy::fifo;
  World world = World::plain;
};

/// Seed 0 is the plain run: no faults, first come, first served, as by an ordinary mock.
constexpr Attempt attempt_of(std::uint64_t seed) {
  if (seed == 0) return {Strategy::fifo, World::plain};
  constexpr Attempt kCycle[] = {
      {Strategy::random, World::swarm}, {Strategy::walk, World::calm},
      {Strategy::pct, World::swarm},    {Strategy::random, World::all_on},
      {Strategy::fifo, World::swarm},   {Strategy::walk, World::swarm},
      {Strategy::pct, World::calm},     {Strategy::walk, World::all_on},
  };
  return kCycle[(seed - 1) % std::size(kCycle)];
}

}  // namespace rill::simnet
