// What it means that accept(2) has failed: one answer for the real backends, which wait out what
// passes before anybody hears of it, and for servers on networks that report it (net/server.h).
#pragma once

#include <cstdint>

namespace rill {

enum class AcceptFailure : std::uint8_t {
  of_connection,  ///< the one that was to be accepted is gone, or not to be had: try the next
  shortage,       ///< of descriptors or memory: the connection still waits, and so must we
  of_listener,    ///< anything else: it will not accept any more
};

/// `error` is an errno value.
AcceptFailure accept_failure(int error);

}  // namespace rill
