// Where the fault menu meets the oracle: whether a fault strikes is one decision. See faults.h.
#include "simnet/engine.h"

namespace rill::simnet {

std::uint32_t Engine::strike(Fault fault, Site& site, std::uint32_t strengths) {
  const std::uint32_t rate = options_.faults.per_million(fault);
  if (rate == 0 || clock_ >= options_.faults.until) return 0;
  const std::uint64_t alternatives = 1 + strengths * std::uint64_t{1'000'000} / rate;
  const std::uint64_t choice = context_->decide(site, alternatives);
  if (choice == 0 || choice > strengths) return 0;
  ++fault_counts_[static_cast<std::size_t>(fault)];
  return static_cast<std::uint32_t>(choice);
}

}  // namespace rill::simnet
