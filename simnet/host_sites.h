// Where the faults of one host are decided. Keyed by the host's name, so that a fault plan survives
// hosts that are added before it.
#pragma once

#include <cstdint>
#include <string_view>

#include "scheduler/fingerprint.h"
#include "scheduler/oracle.h"

namespace rill::simnet {

struct HostSites {
  explicit HostSites(std::string_view host_name)
      : HostSites(digest_bytes(host_name.data(), host_name.size())) {}

  Site crash;
  Site restart;  // nothing is decided there: the key of what the trace is told
  Site pause;
  Site resume;  // as restart
  Site resolve_fail;
  Site resolve_slow;
  Site resolve_partial;
  Site resolve_stale;
  Site clock_skew;
  Site clock_drift;
  Site clock_jump;

 private:
  explicit HostSites(std::uint64_t instance)
      : crash("crash", instance),
        restart("restart", instance),
        pause("pause", instance),
        resume("resume", instance),
        resolve_fail("resolve_fail", instance),
        resolve_slow("resolve_slow", instance),
        resolve_partial("resolve_partial", instance),
        resolve_stale("resolve_stale", instance),
        clock_skew("clock_skew", instance),
        clock_drift("clock_drift", instance),
        clock_jump("clock_jump", instance) {}
};

}  // namespace rill::simnet
