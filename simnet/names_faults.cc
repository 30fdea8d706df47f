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
  const ResolveOp& op = *question.op;
  if (op.host >= hosts_.size()) return delay;
  const std::uint64_t key = key_of_host(op.host);
  const std::uint32_t fails = strike(Fault::resolve_fail, key, 1, [&](auto) {
    return story_of(op.host, " gets no answer about " + op.name);
  });
  if (fails != 0) {
    question.fails = true;
    return options_.resolve_timeout;
  }
  const std::uint32_t late = strike(Fault::resolve_slow, key, kDelays, [&](std::uint32_t strength) {
    return story_of(op.host, " gets its answer about " + op.name + " late, by " +
                                 to_string(delay_of(strength)));
  });
  return late != 0 ? delay + delay_of(late) : delay;
}

/// Whether the answer is what the name meant before its last change.
bool Engine::strike_with_stale(const ResolveOp& op) {
  if (op.host >= hosts_.size()) return false;
  return strike(Fault::resolve_stale, key_of_host(op.host), 1, [&](auto) {
           return story_of(op.host, " gets what " + op.name + " meant before");
         }) != 0;
}

/// Strengths: begin with the second address, the third, ...; a dead one in front of all.
void Engine::strike_order(const ResolveOp& op, std::vector<Address>& addresses) {
  if (op.host >= hosts_.size() || addresses.empty()) return;
  const auto count = static_cast<std::uint32_t>(addresses.size());
  const std::uint32_t strength =
      strike(Fault::resolve_partial, key_of_host(op.host), count, [&](std::uint32_t strong) {
        return story_of(op.host, strong < count ? " gets the addresses of " + op.name + " turned"
                                                : " gets a dead address of " + op.name + " first");
      });
  if (strength == 0) return;
  if (strength < count) {
    std::rotate(addresses.begin(), addresses.begin() + strength, addresses.end());
  } else {
    addresses.insert(addresses.begin(), dead_address());
  }
}

}  // namespace rill::simnet
