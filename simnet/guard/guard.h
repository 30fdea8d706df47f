// The guard: code that reaches for the real world inside a simulated run - a clock, randomness, a
// thread, the environment, a sleep - is caught at the call, and named with its source line.
//
// To have it, a program depends on //simnet/guard, as //simnet:testing does; nothing in its sources
// changes, and without the dependency nothing is there. The library defines clock_gettime, getenv,
// ... itself: a definition in the executable goes before that of libc and libstdc++, also for calls
// from those. Outside of simulated runs, and for threads without one, each call goes on to the real
// function.
//
// What is caught cannot throw: most of these functions are noexcept, and their callers compiled to
// match. So it ends the run: the call returns the real answer (a sleep returns at once), the step
// goes on to its next await, everything is killed, and run() throws RealWorldCall. Only the first
// call of a run is named.
//
// Source lines are found by addr2line(1) and need -g1 or more (calls that were inlined: LLVM's sees
// them always, that of binutils only with -gdwarf-4). Without, the function is named; and always
// the await after which it happened. Not seen: what the kernel or the processor is asked without
// libc, such as rdtsc, and sockets and files, which a simulated program should not have either.
#pragma once

#include <stdexcept>

namespace rill::simnet {

/// what(): "clock_gettime() was called inside a simulated run, at net/a.cc:12 by task #3 'client':
/// use rill::now()".
class RealWorldCall : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// While one lives, calls of this thread pass: for a log line with a real time stamp, a progress
/// bar, and whatever else has no way back into the run.
class RealWorldIsFine {
 public:
  RealWorldIsFine();
  RealWorldIsFine(const RealWorldIsFine&) = delete;
  RealWorldIsFine& operator=(const RealWorldIsFine&) = delete;
  ~RealWorldIsFine();
};

}  // namespace rill::simnet
