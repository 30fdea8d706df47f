// FetchError: why a page did not come, as a kind for programs and a sentence for people.
//
//   http://site/a: timed out after 2.000 s, after 512 bytes of the body
//   http://site/b: no connection to site:80: Connection refused
//
// It is a NetError, so that a fetch inside a server's handler ends that connection and not the run.
// error() is the errno value nearest to the fault, or the one of the socket call that failed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/net_error.h"

namespace rill::http {

enum class FetchFault : std::uint8_t {
  bad_url,            ///< not an http or https URL; nothing was sent
  bad_request,        ///< a method, field or body that cannot be sent as HTTP; nothing was sent
  not_allowed,        ///< FetchOptions::allows() or allows_address() said no; nothing was sent
  no_address,         ///< the name is unknown, or the name server is silent
  no_connection,      ///< refused, unreachable
  bad_certificate,    ///< https: the host did not prove who it is
  no_tls,             ///< https: the handshake failed for another reason
  connect_timed_out,  ///< FetchOptions::connect_timeout
  connection_lost,    ///< reset or broken in mid-exchange
  timed_out,          ///< the deadline of the whole fetch
  idle_timed_out,     ///< FetchOptions::idle_timeout
  truncated,          ///< the stream ended inside the response, or its coded content did
  malformed,          ///< not HTTP, or a framing that cannot be trusted
  bad_coding,         ///< a Content-Encoding not asked for, or content that is not of that coding
  head_too_large,     ///< the head, or the number of interim responses
  body_too_large,     ///< FetchOptions::limits.body_bytes, most_expansion
  bad_redirect,       ///< a Location that is none, or not http(s); a streamed body to be sent again
  too_many_redirects,  ///< FetchOptions::most_redirects, or a circle
};

/// "timed_out", ...: one word for machine-readable reports.
std::string_view to_string(FetchFault fault);

class FetchError : public NetError {
 public:
  /// `reason` ends the sentence that begins with the URL.
  FetchError(FetchFault fault, std::string url, std::string reason, int error);

  FetchFault fault() const { return fault_; }
  /// The URL that failed: after redirects not the one that was asked for.
  const std::string& url() const { return peer(); }
  /// "timed out after 2.000 s": the sentence without the URL.
  const std::string& reason() const { return reason_; }
  const char* what() const noexcept override { return sentence_.c_str(); }

 private:
  FetchFault fault_;
  std::string reason_;
  std::string sentence_;
};

}  // namespace rill::http
