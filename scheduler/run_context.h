// What the scheduler and the backend of one run share: the oracle that settles every choice, and
// the trace that hears of it. Nothing nondeterministic may enter a simulated run by any other door.
#pragma once

#include <cstdint>
#include <exception>

#include "scheduler/oracle.h"
#include "scheduler/trace.h"

namespace rill {

struct RunContext {
  Trace trace;
  Oracle* oracle = nullptr;  ///< null: always alternative 0
  /// Set by a backend that cannot go on, in a call that cannot throw: the run ends with it after
  /// the current step.
  std::exception_ptr failure_of_backend;

  /// Settles a choice among `alternatives`; 0 is always the plain one (next in line, no fault, all
  /// bytes). A forced choice is not a choice: it draws nothing and leaves no trace.
  std::uint64_t decide(Site& site, std::uint64_t alternatives) {
    if (alternatives <= 1 || oracle == nullptr) return 0;
    const std::uint64_t choice = oracle->decide(site, alternatives);
    if (trace.enabled()) trace.record(EventKind::decide, site.key, choice);
    return choice;
  }
};

}  // namespace rill
