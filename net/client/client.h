// Client: pages by URL, over HTTP/1.1, on real sockets or simulated ones.
//
//   http::Client client(options);
//   http::Page page = co_await client.fetch("http://example.org/");
//   if (page.status == 200) use(page.body);
//
// A status of 400 or more is a page like any other; FetchError is for what is no response. One
// deadline covers the whole fetch - name lookup, retries, redirects, every byte - so that a server
// that sends a byte now and then cannot hold it. Memory for each fetch is bounded by `limits`.
// Other methods, fields and bodies: FetchRequest. A body that is pulled as it comes: start().
// Ownership: a Client belongs to one run() and must outlive its fetches, of which any number may be
// under way; a FetchResponse may outlive it. Connections are kept for the next request to their
// origin; one that turns out to be stale is replaced once, if the request may be repeated (RFC 9110
// 9.2.2); any other request looks first, and may still be lost in the moment between. Requests are
// never pipelined. Kill: the connection in use is closed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/client/connection_pool.h"
#include "net/client/fetch_error.h"
#include "net/client/fetch_request.h"
#include "net/client/fetch_response.h"
#include "net/client/options.h"
#include "net/client/page.h"
#include "net/client/retry.h"
#include "net/http/message.h"
#include "net/http/request_parser.h"
#include "net/http/url.h"
#include "scheduler/task.h"

namespace rill::http {

/// Takes the body piece by piece, so that nobody has to store it; `page` has everything but the
/// body. Bodies of redirects that are followed, and of responses that lead to a retry, are not
/// shown. The piece is valid during the call.
using BodySink = std::function<void(const Page& page, std::string_view piece)>;

class Client {
 public:
  explicit Client(FetchOptions options = {});

  /// The page at `url`. Method::get or Method::head. Throws FetchError; `sink` may have seen a part
  /// of the body by then.
  Task<Page> fetch(Url url, Method method = Method::get, BodySink sink = {});
  /// The same; a text that is no http URL is FetchFault::bad_url.
  Task<Page> fetch(std::string url, Method method = Method::get, BodySink sink = {});
  /// What comes back for any request. Throws FetchError, and what a body source throws.
  Task<Page> fetch(FetchRequest request, BodySink sink = {});
  /// The same up to the head of the response; the body is read by the caller, under the same
  /// deadline. Retries end with the head.
  Task<FetchResponse> start(FetchRequest request);

  std::uint64_t connections_opened() const { return connections_opened_; }
  /// Requests sent again because a kept connection was stale. RetryOptions have no part in them.
  std::uint64_t retries() const { return retries_; }
  std::size_t idle_connections() const { return pool_->idle(); }

 private:
  Task<> follow(FetchCall& call, const BodySink* sink);
  Task<> persist(FetchCall& call, const BodySink* sink);
  Task<> attempt(FetchCall& call, unsigned retry, const BodySink* sink);
  Task<> begin(FetchCall& call);
  Task<> read_body(FetchCall& call, const BodySink& sink);
  void take_redirect(FetchCall& call);
  bool will_follow(const Page& page) const;
  std::optional<Duration> wait_before_retry(const FetchCall& call, unsigned retry, Duration least);
  std::optional<Duration> wait_after(const FetchCall& call, unsigned retry,
                                     const FetchError& error);
  std::optional<Duration> wait_after_status(const FetchCall& call, unsigned retry);

  FetchOptions options_;
  std::shared_ptr<ConnectionPool> pool_;  // shared with the responses that are not yet read
  Jitter jitter_;
  std::uint64_t connections_opened_ = 0;
  std::uint64_t retries_ = 0;
};

/// One page without a Client to keep: client.fetch(url) of a new one.
Task<Page> fetch(std::string url, FetchOptions options = {});

}  // namespace rill::http
