// The exchange of one request, its repetition on a new connection, redirects, the deadline: each is
// one function, and wraps the one before it. See client.h.
#include "net/client/client.h"

#include <algorithm>
#include <cerrno>

#include "net/client/response_reader.h"
#include "net/connect.h"
#include "net/http/writer.h"
#include "scheduler/timeout.h"

namespace rill::http {
namespace {

/// 300 and 304 name no single other place (RFC 9110 15.4).
bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

FetchError no_connection(const Url& url, const NetError& error) {
  if (error.operation() != "resolve") {
    return FetchError(FetchFault::no_connection, url.text(),
                      "no connection to " + url.host() + ":" + std::to_string(url.port()) + ": " +
                          error.code().message(),
                      error.error());
  }
  return FetchError(FetchFault::no_address, url.text(),
                    error.error() == EAGAIN ? "the name server did not answer for " + url.host()
                                            : "no host is called " + url.host(),
                    error.error());
}

FetchError bad_response(const Url& url, ResponseFault fault, const Limits& limits,
                        std::uint64_t body_bytes) {
  const auto error = [&](FetchFault kind, std::string reason, int number) {
    return FetchError(kind, url.text(), std::move(reason), number);
  };
  const std::string sentence(to_string(fault));
  switch (fault) {
    case ResponseFault::head_too_large:
    case ResponseFault::interim_flood:
      return error(FetchFault::head_too_large, sentence, EMSGSIZE);
    case ResponseFault::body_too_large:
      return error(FetchFault::body_too_large,
                   sentence + ": more than " + std::to_string(limits.body_bytes) + " bytes",
                   EMSGSIZE);
    case ResponseFault::truncated:
      return error(
          FetchFault::truncated,
          sentence +
              (body_bytes > 0 ? " after " + std::to_string(body_bytes) + " bytes of the body" : ""),
          EPROTO);
    case ResponseFault::none:
    case ResponseFault::malformed:
    case ResponseFault::unknown_coding:
      break;
  }
  return error(FetchFault::malformed, sentence, EPROTO);
}

/// Copies from the head what outlives it.
void take_head(const Response& response, Page& page) {
  page.status = response.status;
  page.content_type = response.fields.find("Content-Type").value_or("");
  if (!is_redirect(response.status)) return;
  page.location = response.fields.find("Location").value_or("");
  if (!page.location.empty()) page.redirect = page.url.resolve(page.location);
}

}  // namespace

/// One fetch: what was asked for, and where it is, for the sentence of its timeout.
struct Client::Call {
  Method method;
  BodySink sink;
  std::string url = {};
  const char* phase = "before it began";
  std::uint64_t body_bytes = 0;
};

Client::Client(FetchOptions options)
    : options_(std::move(options)), pool_(options_.most_idle_connections, options_.idle_limit) {}

Task<Page> Client::fetch(std::string url, Method method, BodySink sink) {
  std::optional<Url> parsed = Url::parse(url);
  if (!parsed) {
    throw FetchError(FetchFault::bad_url, std::move(url), "this is not an http URL", EINVAL);
  }
  co_return co_await fetch(std::move(*parsed), method, std::move(sink));
}

Task<Page> Client::fetch(Url url, Method method, BodySink sink) {
  Call call{method, std::move(sink)};
  std::optional<Page> page = co_await timeout(options_.deadline, follow(std::move(url), call));
  if (page) co_return std::move(*page);
  std::string reason = "timed out after " + to_string(options_.deadline) + ", ";
  reason += call.body_bytes == 0
                ? call.phase
                : "after " + std::to_string(call.body_bytes) + " bytes of the body";
  throw FetchError(FetchFault::timed_out, call.url, std::move(reason), ETIMEDOUT);
}

bool Client::will_follow(const Page& page) const {
  return options_.most_redirects > 0 && !page.location.empty();
}

// Redirects.
Task<Page> Client::follow(Url url, Call& call) {
  std::vector<Url> visited;
  for (;;) {
    Page page = co_await request(url, call);
    page.redirects = static_cast<unsigned>(visited.size());
    if (!will_follow(page)) co_return page;
    if (!page.redirect || page.redirect->is_secure()) {
      throw FetchError(FetchFault::bad_redirect, url.text(),
                       "redirected to " + page.location + ", which is not an http URL", EPROTO);
    }
    if (visited.size() == options_.most_redirects) {
      throw FetchError(FetchFault::too_many_redirects, url.text(),
                       "more than " + std::to_string(options_.most_redirects) + " redirects",
                       ELOOP);
    }
    visited.push_back(std::move(url));
    url = std::move(*page.redirect);
    if (std::find(visited.begin(), visited.end(), url) != visited.end()) {
      throw FetchError(FetchFault::too_many_redirects, url.text(), "redirected in a circle", ELOOP);
    }
  }
}

// One request, on a kept connection or a new one.
Task<Page> Client::request(const Url& url, Call& call) {
  call.url = url.text();
  call.phase = "while connecting";
  call.body_bytes = 0;
  if (url.is_secure()) {
    throw FetchError(FetchFault::bad_url, call.url, "https is not supported", EPROTONOSUPPORT);
  }
  if (options_.allows && !options_.allows(url)) {
    throw FetchError(FetchFault::not_allowed, call.url, "not allowed", EACCES);
  }
  std::optional<Connection> kept = pool_.take(url.authority());
  if (kept) {
    std::optional<Page> page = co_await exchange(std::move(*kept), url, /*is_reused=*/true, call);
    if (page) co_return std::move(*page);
    ++retries_;
    call.phase = "while connecting";
  }
  Connection connection = co_await open(url);
  std::optional<Page> page =
      co_await exchange(std::move(connection), url, /*is_reused=*/false, call);
  co_return std::move(*page);
}

Task<Connection> Client::open(const Url& url) {
  ++connections_opened_;
  try {
    Connection connection = co_await connect(url.host(), url.port());
    co_return connection;
  } catch (const NetError& error) {
    throw no_connection(url, error);
  }
}

// Gives nothing if the connection was kept and had been closed meanwhile: not one byte came back.
Task<std::optional<Page>> Client::exchange(Connection connection, const Url& url, bool is_reused,
                                           Call& call) {
  ResponseReader reader(connection, options_.limits);
  Page page(url);
  try {
    std::string request;
    HeadWriter::request(request, call.method == Method::head ? "HEAD" : "GET", url.target())
        .field("Host", url.authority())
        .field("User-Agent", options_.user_agent)
        .connection(options_.most_idle_connections > 0)
        .end();
    call.phase = "while sending the request";
    co_await connection.sendall(request);
    call.phase = "while waiting for the response";
    co_await reader.read_head(call.method);
    take_head(reader.response(), page);
    const bool is_shown = call.sink && !will_follow(page);
    const bool is_kept = !call.sink && !will_follow(page);
    for (;;) {
      const std::string_view piece = co_await reader.read_piece();
      if (piece.empty()) break;
      page.body_bytes += piece.size();
      call.body_bytes = page.body_bytes;
      if (is_kept) page.body += piece;
      if (is_shown) call.sink(page, piece);
    }
  } catch (const NetError& error) {
    if (is_reused && !reader.has_begun()) co_return std::nullopt;
    throw FetchError(FetchFault::connection_lost, url.text(),
                     "the connection broke: " + error.code().message(), error.error());
  } catch (const BadResponse& error) {
    const bool ended_before_it_began =
        error.fault() == ResponseFault::truncated && !reader.has_begun();
    if (is_reused && ended_before_it_began) co_return std::nullopt;
    throw bad_response(url, error.fault(), options_.limits, page.body_bytes);
  }
  if (reader.is_reusable()) pool_.give_back(url.authority(), std::move(connection));
  co_return page;
}

Task<Page> fetch(std::string url, FetchOptions options) {
  Client client(std::move(options));
  co_return co_await client.fetch(std::move(url));
}

}  // namespace rill::http
