// NetError: what a network call throws. It says which operation, with whom, and why, and as a
// std::system_error it carries the errno of Linux - the same one on real sockets and simulated
// ones.
#pragma once

#include <string>
#include <system_error>

#include "scheduler/address.h"

namespace rill {

class NetError : public std::system_error {
 public:
  /// `error` is an errno value. `peer` may be empty; otherwise an address or a name.
  NetError(std::string operation, std::string peer, int error);

  /// "recv", "connect", "listen", ...
  const std::string& operation() const { return operation_; }
  /// "10.0.0.2:80", or empty where there is no peer.
  const std::string& peer() const { return peer_; }
  /// The errno value: ECONNRESET, EPIPE, ETIMEDOUT, ...
  int error() const { return code().value(); }

 private:
  std::string operation_;
  std::string peer_;
};

/// readline() met a line longer than its bound.
class LineTooLong : public NetError {
 public:
  LineTooLong(std::string peer, std::size_t most_bytes);
};

}  // namespace rill
