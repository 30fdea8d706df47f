// A real-socket backend as a world: Rill's epoll or io_uring over the same loopback that
// KernelWorld uses bare.
//
// Two things it does not do, since a program cannot either, or sees something else on purpose:
// calls of the wrong kind (a Listener has no recv), and accept without a descriptor (which waits
// for one: net/posix/listeners.cc). playable() leaves such operations out.
#pragma once

#include <sys/resource.h>

#include <memory>

#include "net/posix/syscalls.h"
#include "tests/differential/backend_world.h"
#include "tests/differential/descriptor.h"
#include "tests/real/on_each_backend.h"

namespace rill::differential {

/// The part of `script` that a program can play on real sockets.
Script playable(Script script);

class RealWorld final : public BackendWorld {
 public:
  RealWorld(testing::RealBackend kind, const Script& script);
  /// Resets what is still open, so that no pair of ports stays in TIME_WAIT.
  ~RealWorld() override;

 protected:
  void settle() override;
  void look() override;
  void take_away_descriptors() override;
  void give_back_descriptors() override;
  std::uint16_t new_port() override { return 0; }
  std::uint16_t nobodys_port() override { return nobodys_port_; }

 private:
  RealWorld(std::unique_ptr<Backend> backend, const Script& script);

  std::unique_ptr<Backend> backend_;
  Descriptor nobody_;  // bound, but does not listen
  std::uint16_t nobodys_port_ = 0;
  rlimit descriptors_{};
};

}  // namespace rill::differential
