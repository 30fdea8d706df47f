// Programs whose runs do not follow from the seed, each by exactly one leak. Tests find them all.
//
// In each file two lines are marked: `LEAKS` is the call or the container by which the world gets
// in, `SHOWS` the await at which the run first differs. Detectors must name the one or the other.
#pragma once

#include "scheduler/api.h"

namespace rill::leaks {

Task<> wall_clock();
Task<> pointer_order();
Task<> unordered_iteration();
Task<> uninitialised_read();
Task<> uninitialised_local();
Task<> random_device();
Task<> thread();
Task<> distribution();
Task<> environment();

/// Somebody who comes and stays for a while.
struct Visitor {
  explicit Visitor(std::int64_t stays_us) : stays(microseconds(stays_us)) {}
  Duration stays;
};

/// What the compiler must believe to be read and written by others, so that it cannot conclude from
/// a read of what nobody has set that anything goes.
inline void show_to_others(void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

}  // namespace rill::leaks
