// What a recorder asks about the world of a run: who is who. One for the simulated network
// (simnet/trace), one for real sockets (scheduler/trace/tracing_backend.h).
#pragma once

#include <optional>
#include <string>

#include "scheduler/ids.h"
#include "scheduler/time.h"

namespace rill::trace {

struct HostFacts {
  std::string name;
  std::string addresses;  ///< comma separated
};

/// About the socket with a number, as events have it. The low 32 bits of the number, less 1, are
/// its slot, which a later socket may have again; the number is nobody else's.
struct SocketFacts {
  bool is_listener = false;
  bool has_connected = true;  ///< the end that called connect(); the other accepted
  HostId host = 0;
  std::uint64_t peer = 0;  ///< number of the other end; 0: not known, or not of this world
  std::string local;       ///< addresses; empty: not known
  std::string remote;
};

class Surroundings {
 public:
  virtual ~Surroundings() = default;
  virtual HostFacts host(HostId host) = 0;
  /// Asked while the event is handled, so that the socket is still there.
  virtual SocketFacts socket(std::uint64_t number) = 0;
  /// Which socket has Handle::slot `slot` now; 0: the last that an event named.
  virtual std::uint64_t socket_at(std::uint32_t slot) { return static_cast<void>(slot), 0; }
  /// Now, where events do not say when they are: on real sockets.
  virtual std::optional<Instant> current_time() { return std::nullopt; }
};

}  // namespace rill::trace
