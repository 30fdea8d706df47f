// Which OpenSSL a run gets: the operating system's randomness, or the run's own.
//
// Where a backend has randomness of its own (Backend::has_randomness(): the simulator, a recorder,
// a replay), everything that OpenSSL draws - keys, nonces, session numbers - must come from there,
// or no run could be repeated. For that there is a second library context (OSSL_LIB_CTX(3)), whose
// one random generator is the backend. All others use OpenSSL's default context, with its own
// generators, untouched.
// Invariant: no generator is in here. The second context draws from the backend of the InLibrary
// that lives, and fails when there is none; so on real sockets it could not even shake hands.
#pragma once

#include <openssl/types.h>

#include "scheduler/backend.h"

namespace rill::tls {

/// For everything that is made for connections of `backend`. Null: OpenSSL's default.
OSSL_LIB_CTX* library_of(const Backend& backend);

/// Around every call into OpenSSL that may draw or look at the clock, on behalf of `host`.
class InLibrary {
 public:
  InLibrary(Backend& backend, HostId host);
  InLibrary(const InLibrary&) = delete;
  InLibrary& operator=(const InLibrary&) = delete;
  ~InLibrary();

 private:
  WallTime time_;
  const WallTime* clock_before_;
  Backend* backend_before_;
  HostId host_before_;
};

}  // namespace rill::tls
