// Whether and when a URL is asked for again. Until net/client/retry.h is there.
#pragma once
#include "net/client/fetch_error.h"

namespace rill::http {
inline bool may_pass(const FetchError& error) {
  switch (error.fault()) {
    case FetchFault::no_connection:
    case FetchFault::connection_lost:
    case FetchFault::truncated:
      return true;
    case FetchFault::no_address:
      return error.error() == 11;
    default:
      return false;
  }
}
inline bool may_pass(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}
}  // namespace rill::http
