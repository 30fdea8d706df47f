// StreamLayer: what a connection may have between its calls and its socket, such as TLS (net/tls).
//
// With a layer, the operation of a call never reaches the backend: the layer submits operations of
// its own, takes their completions (Completer), and completes the call when there is something to
// give. So a call on a layered connection is one await, as on a plain one, and may take any number
// of operations.
// Contract: a call is started when its task is blocked already. Operations of the layer are in
// flight only while a task waits for them, so that a run can end, and a hang be told, as without
// it. cancel() is synchronous, and loses nothing that had arrived.
#pragma once

#include <string_view>

#include "scheduler/backend.h"

namespace rill {

class StreamLayer {
 public:
  StreamLayer() = default;
  StreamLayer(const StreamLayer&) = delete;
  StreamLayer& operator=(const StreamLayer&) = delete;
  virtual ~StreamLayer() = default;

  /// Completes `call` now or later, as a backend would, and wakes its task. At most one of each.
  virtual void start(RecvOp& call) = 0;
  virtual void start(SendOp& call) = 0;
  /// Takes back a call that was started and is not completed; its task is not woken.
  virtual void cancel(Op& call) = 0;
  /// As Backend::shutdown_write(): 0 or -errno.
  virtual int shutdown_write() = 0;
  enum class Parting : std::uint8_t {
    close,  ///< the caller closes the socket
    reset,  ///< the caller resets it: there was input that nobody read
    later,  ///< the layer closes it: what is left to say finds no room yet
  };
  /// The socket is to be closed, by close() or by the end of the Connection.
  virtual Parting part() noexcept = 0;
  /// Whether it has a better sentence for the failed call than its errno: then throws it.
  virtual void raise(std::string_view operation) const = 0;
};

}  // namespace rill
