// What the clock shows to a C library that asks it behind our back, while such a library is called
// in a simulated run. OpenSSL calls time() for each session, though nothing that we use of it goes
// by that.
//
// Set by whoever calls the library, read by simnet/guard, which then answers time() and
// gettimeofday() with it instead of ending the run. Without the guard the library gets the real
// time, so nothing that a peer or a program sees may follow from it.
#pragma once

#include "scheduler/time.h"

namespace rill {

/// Null: nobody may ask.
inline constinit thread_local const WallTime* library_clock = nullptr;

}  // namespace rill
