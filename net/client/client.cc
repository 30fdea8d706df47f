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

/// One fetch: what was asked for, what has come so far, and for a timeout's sentence where it is.
/// The functions below fill in `page` instead of handing it up through each other.
struct Client::Call {
  Method method;
  BodySink sink;
  Page page;
  const char* phase = "before it began";
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
  Call call{method, std::move(sink), Page(std::move(url))};
  const Outcome outcome = co_await timeout(options_.deadline, follow(call));
  if (outcome == Outcome::finished) co_return std::move(call.page);
  const std::uint64_t body_bytes = call.page.body_bytes;
  throw FetchError(
      FetchFault::timed_out, call.page.url.text(),
      "timed out after " + to_string(options_.deadline) + ", " +
          (body_bytes == 0 ? call.phase
                           : "after " + std::to_string(body_bytes) + " bytes of the body"),
      ETIMEDOUT);
}

bool Client::will_follow(const Page& page) const {
  return options_.most_redirects > 0 && !page.location.empty();
}

// Redirects.
Task<> Client::follow(Call& call) {
  std::vector<Url> visited;
  for (;;) {
    co_await request(call);
    Page& page = call.page;
    if (!will_follow(page)) co_return;
    if (!page.redirect || page.redirect->is_secure()) {
      throw FetchError(FetchFault::bad_redirect, page.url.text(),
                       "redirected to " + page.location + ", which is not an http URL", EPROTO);
    }
    if (visited.size() == options_.most_redirects) {
      throw FetchError(FetchFault::too_many_redirects, page.url.text(),
                       "more than " + std::to_string(options_.most_redirects) + " redirects",
                       ELOOP);
    }
    visited.push_back(page.url);
    if (std::find(visited.begin(), visited.end(), *page.redirect) != visited.end()) {
      throw FetchError(FetchFault::too_many_redirects, page.redirect->text(),
                       "redirected in a circle", ELOOP);
    }
    Page next(std::move(*page.redirect));
    next.redirects = static_cast<unsigned>(visited.size());
    page = std::move(next);
  }
}

// One request, on a kept connection or a new one.
Task<> Client::request(Call& call) {
  const Url& url = call.page.url;
  call.phase = "while connecting";
  if (url.is_secure()) {
    throw FetchError(FetchFault::bad_url, url.text(), "https is not supported", EPROTONOSUPPORT);
  }
  if (options_.allows && !options_.allows(url)) {
    throw FetchError(FetchFault::not_allowed, url.text(), "not allowed", EACCES);
  }
  const std::string host = url.authority();
  std::optional<Connection> kept = pool_.take(host);
  if (kept) {
    const bool is_done = co_await exchange(std::move(*kept), host, /*is_kept=*/true, call);
    if (is_done) co_return;
    ++retries_;
    call.phase = "while connecting";
  }
  Connection connection = co_await open(url);
  co_await exchange(std::move(connection), host, /*is_kept=*/false, call);
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

// False if the connection was kept and had been closed meanwhile: not one byte came back.
Task<bool> Client::exchange(Connection connection, const std::string& host, bool is_kept,
                            Call& call) {
  ResponseReader reader(connection, options_.limits);
  Page& page = call.page;
  try {
    std::string request;
    HeadWriter::request(request, call.method == Method::head ? "HEAD" : "GET", page.url.target())
        .field("Host", host)
        .field("User-Agent", options_.user_agent)
        .connection(options_.most_idle_connections > 0)
        .end();
    call.phase = "while sending the request";
    co_await connection.sendall(request);
    call.phase = "while waiting for the response";
    co_await reader.read_head(call.method);
    take_head(reader.response(), page);
    const bool is_wanted = !will_follow(page);
    for (;;) {
      const std::string_view piece = co_await reader.read_piece();
      if (piece.empty()) break;
      page.body_bytes += piece.size();
      if (!is_wanted) continue;
      call.sink ? call.sink(page, piece) : static_cast<void>(page.body += piece);
    }
  } catch (const NetError& error) {
    if (is_kept && !reader.has_begun()) co_return false;
    throw FetchError(FetchFault::connection_lost, page.url.text(),
                     "the connection broke: " + error.code().message(), error.error());
  } catch (const BadResponse& error) {
    const bool ended_before_it_began =
        error.fault() == ResponseFault::truncated && !reader.has_begun();
    if (is_kept && ended_before_it_began) co_return false;
    throw bad_response(page.url, error.fault(), options_.limits, page.body_bytes);
  }
  if (reader.is_reusable()) pool_.give_back(host, std::move(connection));
  co_return true;
}

Task<Page> fetch(std::string url, FetchOptions options) {
  Client client(std::move(options));
  co_return co_await client.fetch(std::move(url));
}

}  // namespace rill::http
