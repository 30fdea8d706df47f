// The simulated network as a world.
#pragma once

#include "simnet/network.h"
#include "tests/differential/backend_world.h"

namespace rill::differential {

/// Buffers about as large as the kernel's are under the small SO_SNDBUF and SO_RCVBUF.
simnet::NetworkOptions network_options(const Script& script);

class SimWorld final : public BackendWorld {
 public:
  /// `front` is the network itself, or something that distorts it (mutants.h).
  SimWorld(simnet::Network& network, Backend& front, const Script& script)
      : BackendWorld(front, script.family),
        network_(network),
        usual_(network_options(script).host) {}
  ~SimWorld() override { give_up_everything(); }

 protected:
  void settle() override;
  void take_away_descriptors() override;
  void give_back_descriptors() override;
  /// Not port 0: it could give one that a closed listener means to have again.
  std::uint16_t new_port() override { return next_port_++; }
  std::uint16_t nobodys_port() override { return 1; }

 private:
  simnet::Network& network_;
  simnet::HostOptions usual_;
  std::uint16_t next_port_ = 1000;
};

}  // namespace rill::differential
