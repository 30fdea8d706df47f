// The faults' names. See faults.h.
#include "simnet/faults.h"

namespace rill::simnet {

std::string_view to_string(Fault fault) {
  constexpr std::array<std::string_view, kFaults> kNames = {
      "loss",          "duplication",   "reordering",    "stall",           "cut",
      "cut one way",   "slow link",     "jam",           "short read",      "short write",
      "short segment", "reset",         "silent death",  "connect refused", "connect hangs",
      "connect late",  "backlog full",  "accept EMFILE", "accept aborted",  "crash",
      "pause",         "resolve fails", "resolve slow",  "resolve partial", "resolve stale",
      "clock skew",    "clock drift",   "clock jump",
  };
  return kNames[static_cast<std::size_t>(fault)];
}

}  // namespace rill::simnet
