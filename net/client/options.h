// What a program may choose about its fetches. See client.h.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "net/http/message.h"
#include "net/http/url.h"
#include "net/tls/tls_context.h"
#include "scheduler/address.h"
#include "scheduler/time.h"

namespace rill::http {

/// When a request is sent again. Only one that may be repeated is - GET, HEAD, OPTIONS, TRACE, PUT,
/// DELETE (RFC 9110 9.2.2), and not with a streamed body - after a fault that may pass: no answer
/// about the name, no connection, a connection or a response that broke off, silence, and the
/// statuses 429, 502, 503 and 504. Never once a BodySink has seen a part of the body.
struct RetryOptions {
  unsigned most_retries = 0;  ///< after the first try, for each redirect; 0: none
  /// The longest wait before the first retry; before each further one twice as long. How much of it
  /// is waited is drawn evenly from nothing to all ("full jitter"), so that clients which failed
  /// together do not come back together.
  Duration first_delay = milliseconds(500);
  /// No wait is longer. A server whose Retry-After asks for more, or for more than is left of the
  /// deadline, is not asked again: its response is the result.
  Duration most_delay = seconds(30);
};

struct FetchOptions {
  Duration deadline = seconds(30);  ///< of the whole fetch, retries and waits included
  /// Name lookup, connecting to one of the addresses. 0: the deadline only.
  Duration connect_timeout = seconds(15);
  /// The longest silence of a server that owes us something. 0: the deadline only.
  Duration idle_timeout = seconds(15);
  RetryOptions retry;
  /// Redirects followed before the page; 0: a redirect is a page, `redirect` says where to.
  unsigned most_redirects = 10;  // RFC 9110 15.4 wants circles noticed; older texts said 5
  Limits limits;                 ///< of each response; body_bytes bounds Page::body
  /// Asks for gzip, deflate and br, and takes them off. limits.body_bytes bounds both sides of it.
  bool decodes = true;
  std::uint32_t most_expansion = 100;  ///< DecodeLimits::most_expansion
  std::string user_agent = "rill";
  /// Whom https believes. By default the system's authorities; a simulated run has none, and needs
  /// TlsClientContext::trusting().
  TlsClientContext trust;
  /// Asked before each request, also after a redirect: the place to keep a crawler on its site.
  /// Null: everything is allowed.
  std::function<bool(const Url&)> allows;
  /// Asked about each address before it is connected to, after the name was looked up: the place to
  /// keep a service away from its own network (is_public() in address_policy.h), since names mean
  /// what their owners want, from one moment to the next. Null: everything is allowed.
  std::function<bool(const Address&)> allows_address;
  std::size_t most_connections = 0;           ///< at a time, idle ones included; 0: no limit
  std::size_t most_connections_per_host = 0;  ///< the same for each scheme, host and port
  std::size_t most_idle_connections = 64;     ///< kept for later requests; 0: close after each
  Duration idle_limit = seconds(15);          ///< no longer than servers usually keep theirs
};

}  // namespace rill::http
