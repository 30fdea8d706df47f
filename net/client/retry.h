// Whether and when a request is sent again: exponential backoff with full jitter, Retry-After.
// Pure arithmetic but for jitter(), which draws. See RetryOptions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/client/fetch_error.h"
#include "net/client/options.h"
#include "scheduler/time.h"

namespace rill::http {

/// Faults that may be gone in a moment. Not the deadline, and nothing that the server means.
bool may_pass(const FetchError& error);
/// 429, 502, 503 and 504.
bool may_pass(int status);

/// The longest wait before retry number `retry` (0, 1, ...).
Duration backoff(const RetryOptions& options, unsigned retry);

/// What Retry-After asks for: seconds, or a date (RFC 9110 10.2.3), which `now` makes a length; a
/// date in the past is no wait. Nothing if it is neither.
std::optional<Duration> retry_after(std::string_view value, WallTime now);

/// A length from nothing to `longest`, by the oracle of a simulated run - whose plain choice is
/// `longest`. On real sockets by a generator of the client's own; see Jitter.
class Jitter {
 public:
  /// `origin` is whom it is about: decisions of a simulated run are known by it.
  Duration draw(Duration longest, std::string_view origin);

 private:
  std::uint64_t state_ = 0;  // 0: not seeded
};

}  // namespace rill::http
