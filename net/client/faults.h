// The sentences of FetchErrors: from what went wrong below to what the caller of a fetch is told.
#pragma once

#include <cstdint>

#include "net/client/fetch_error.h"
#include "net/client/options.h"
#include "net/http/coding.h"
#include "net/http/response_parser.h"
#include "net/http/url.h"
#include "net/tls/tls_error.h"

namespace rill::http {

/// How far a fetch has come, for the sentence of a timeout.
struct Progress {
  const char* phase = "before it began";
  std::uint64_t body_bytes = 0;  ///< of the content, after decoding

  /// "while connecting", "after 512 bytes of the body"
  std::string text() const;
};

FetchError no_connection(const Url& url, const NetError& error);
FetchError connection_lost(const Url& url, const NetError& error);
/// bad_certificate, or no_tls for all other faults.
FetchError no_tls(const Url& url, TlsFault fault, const std::string& reason, int error);
FetchError bad_response(const Url& url, ResponseFault fault, const Limits& limits,
                        std::uint64_t body_bytes);
FetchError bad_content(const Url& url, ContentDecoder::Fault fault, const Limits& limits,
                       std::uint64_t body_bytes);
FetchError deadline_over(const Url& url, Duration deadline, const Progress& progress);
FetchError peer_silent(const Url& url, Duration idle_timeout, const Progress& progress);

}  // namespace rill::http
