// See fetch_error.h.
#include "net/client/fetch_error.h"

namespace rill::http {

std::string_view to_string(FetchFault fault) {
  switch (fault) {
    case FetchFault::bad_url:
      return "bad_url";
    case FetchFault::bad_request:
      return "bad_request";
    case FetchFault::not_allowed:
      return "not_allowed";
    case FetchFault::no_address:
      return "no_address";
    case FetchFault::no_connection:
      return "no_connection";
    case FetchFault::bad_certificate:
      return "bad_certificate";
    case FetchFault::no_tls:
      return "no_tls";
    case FetchFault::connect_timed_out:
      return "connect_timed_out";
    case FetchFault::connection_lost:
      return "connection_lost";
    case FetchFault::timed_out:
      return "timed_out";
    case FetchFault::idle_timed_out:
      return "idle_timed_out";
    case FetchFault::truncated:
      return "truncated";
    case FetchFault::malformed:
      return "malformed";
    case FetchFault::bad_coding:
      return "bad_coding";
    case FetchFault::head_too_large:
      return "head_too_large";
    case FetchFault::body_too_large:
      return "body_too_large";
    case FetchFault::bad_redirect:
      return "bad_redirect";
    case FetchFault::too_many_redirects:
      return "too_many_redirects";
  }
  return "unknown";
}

FetchError::FetchError(FetchFault fault, std::string url, std::string reason, int error)
    : NetError("fetch", url, error),
      fault_(fault),
      reason_(std::move(reason)),
      sentence_(std::move(url) + ": " + reason_) {}

}  // namespace rill::http
