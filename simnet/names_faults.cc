// What can be wrong with an answer of the name server: by the fault menu, for each question.
#include <algorithm>

#include "simnet/engine.h"

namespace rill::simnet {
namespace {

// An answer may come 500 ms, 1 s, 2 s, 4 s or 8 s later than it should.
constexpr std::uint32_t kDelays = 5;
constexpr Duration delay_of(std::uint32_t strength) {
  return milliseconds(std::int64_t{250} << strength);
}

/// Of a network that is kept for examples (RFC 5737): no host has it, nobody answers.
Address dead_address() { return Address::ipv4(192, 0, 2, 1); }

}  // namespace

Duration Engine::strike_question(Question& question, Duration delay) {
  const HostId host = question.op->host;
  if (host >= hosts_.size()) return delay;
  HostSites& sites = sites_of(host);
  if (strike(Fault::resolve_fail, sites.resolve_fail, 1) > 0) {
    tell_host(sites.resolve_fail, 1, " gets no answer from its name server", host);
    question.fails = true;
    return options_.resolve_timeout;
  }
  if (const auto strength = strike(Fault::resolve_slow, sites.resolve_slow, kDelays)) {
    const Duration more = delay_of(strength);
    tell_host(sites.resolve_slow, strength, " gets a name's addresses late, by ", host,
              to_string(more));
    return delay + more;
  }
  return delay;
}

/// Whether the answer is what the name meant before its last change.
bool Engine::strike_with_stale(HostId host) {
  if (host >= hosts_.size()) return false;
  Site& site = sites_of(host).resolve_stale;
  if (strike(Fault::resolve_stale, site, 1) == 0) return false;
  tell_host(site, 1, " gets addresses that a name had before", host);
  return true;
}

/// Strengths: begin with the second address, the third, ...; a dead one in front of all.
void Engine::strike_order(HostId host, std::vector<Address>& addresses) {
  if (host >= hosts_.size() || addresses.empty()) return;
  Site& site = sites_of(host).resolve_partial;
  const auto count = static_cast<std::uint32_t>(addresses.size());
  const std::uint32_t strength = strike(Fault::resolve_partial, site, count);
  if (strength == 0) return;
  if (strength < count) {
    tell_host(site, strength, " gets a name's addresses in another order", host);
    std::rotate(addresses.begin(), addresses.begin() + strength, addresses.end());
  } else {
    tell_host(site, strength, " gets a dead address of a name first", host);
    addresses.insert(addresses.begin(), dead_address());
  }
}

}  // namespace rill::simnet
