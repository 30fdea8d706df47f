// The simulated network, as a trace's recorder asks about it.
#pragma once

#include "scheduler/trace/surroundings.h"
#include "simnet/network.h"

namespace rill::simnet {

class TraceSurroundings final : public trace::Surroundings {
 public:
  /// `network` must outlive it.
  explicit TraceSurroundings(const Network& network) : network_(network) {}
  trace::HostFacts host(HostId host) override;
  trace::SocketFacts socket(std::uint64_t number) override;

 private:
  const Network& network_;
};

}  // namespace rill::simnet
