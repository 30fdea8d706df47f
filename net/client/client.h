// Client: pages by URL, over HTTP/1.1, on real sockets or simulated ones.
//
//   http::Client client(options);
//   http::Page page = co_await client.fetch("http://example.org/");
//   if (page.status == 200) use(page.body);
//
// A status of 400 or more is a page like any other; FetchError is for what is no response. One
// deadline covers the whole fetch - name lookup, redirects, every byte - so that a server that
// sends a byte now and then cannot hold it. Memory for each fetch is bounded by `limits`.
// Ownership: a Client belongs to one run() and must outlive its fetches, of which any number may be
// under way. Connections are kept for the next request to their host; one that turns out to be
// stale is replaced once, because GET and HEAD may be repeated (RFC 9110 9.2.2). Kill: the
// connection in use is closed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/client/connection_pool.h"
#include "net/client/fetch_error.h"
#include "net/http/message.h"
#include "net/http/request_parser.h"
#include "net/http/url.h"
#include "scheduler/task.h"

namespace rill::http {

struct FetchOptions {
  Duration deadline = seconds(30);  ///< of the whole fetch
  /// Redirects followed before the page; 0: a redirect is a page, `redirect` says where to.
  unsigned most_redirects = 10;  // RFC 9110 15.4 wants circles noticed; older texts said 5
  Limits limits;                 ///< of each response; body_bytes bounds Page::body
  std::string user_agent = "rill";
  /// Asked before each request, also after a redirect: the place to keep a crawler on its site, or
  /// a service away from private addresses. Null: everything is allowed.
  std::function<bool(const Url&)> allows;
  std::size_t most_idle_connections = 64;  ///< kept for later requests; 0: close after each
  Duration idle_limit = seconds(15);       ///< no longer than servers usually keep theirs
};

struct Page {
  explicit Page(Url from) : url(std::move(from)) {}

  Url url;  ///< where it was found, after redirects
  int status = 0;
  std::string content_type;  ///< as sent; "" if the server did not say
  std::uint64_t body_bytes = 0;
  std::string body;  ///< empty when a BodySink had it
  /// Of a redirect that was not followed: Location as sent, and what it means (nothing if it is no
  /// http or https URL).
  std::string location;
  std::optional<Url> redirect;
  unsigned redirects = 0;  ///< responses before this one
};

/// Takes the body piece by piece, so that nobody has to store it; `page` has everything but the
/// body. Bodies of redirects that are followed are not shown. The piece is valid during the call.
using BodySink = std::function<void(const Page& page, std::string_view piece)>;

class Client {
 public:
  explicit Client(FetchOptions options = {});

  /// The page at `url`. Method::get or Method::head. Throws FetchError; `sink` may have seen a part
  /// of the body by then.
  Task<Page> fetch(Url url, Method method = Method::get, BodySink sink = {});
  /// The same; a text that is no http URL is FetchFault::bad_url.
  Task<Page> fetch(std::string url, Method method = Method::get, BodySink sink = {});

  std::uint64_t connections_opened() const { return connections_opened_; }
  /// Requests sent again because a kept connection was stale.
  std::uint64_t retries() const { return retries_; }

 private:
  struct Call;

  Task<> follow(Call& call);
  Task<> request(Call& call);
  Task<bool> exchange(Connection connection, const std::string& host, bool is_kept, Call& call);
  Task<Connection> open(const Url& url);
  bool will_follow(const Page& page) const;

  FetchOptions options_;
  ConnectionPool pool_;
  std::uint64_t connections_opened_ = 0;
  std::uint64_t retries_ = 0;
};

/// One page without a Client to keep: client.fetch(url) of a new one.
Task<Page> fetch(std::string url, FetchOptions options = {});

}  // namespace rill::http
