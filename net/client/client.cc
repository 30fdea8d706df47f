// A request on some connection, its repetition, redirects, the deadline: each is one function, and
// wraps the one before it. See client.h.
#include "net/client/client.h"

#include <algorithm>
#include <cerrno>

#include "net/client/dial.h"
#include "net/client/fetch_call.h"
#include "scheduler/sleep.h"
#include "scheduler/timeout.h"

namespace rill::http {
namespace {

/// 300 and 304 name no single other place (RFC 9110 15.4).
bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Copies from the head what outlives it.
void take_head(const Response& response, Page& page) {
  page.status = response.status;
  page.content_type = response.fields.find("Content-Type").value_or("");
  if (!is_redirect(response.status)) return;
  page.location = response.fields.find("Location").value_or("");
  if (!page.location.empty()) page.redirect = page.url.resolve(page.location);
}

/// A page of which nothing has come yet.
Page new_page(const Page& before, const Url& url) {
  Page page(url);
  page.redirects = before.redirects;
  page.retries = before.retries;
  return page;
}

/// Whether the server has neither closed a kept connection nor said something unasked, as far as is
/// known here by now. A killed fill() leaves in the connection what had come.
Task<bool> looks_fresh(Connection& connection) {
  const auto fill_once = [](Connection& from) -> Task<> { co_await from.fill(); };
  try {
    const Outcome outcome = co_await timeout(Duration(), fill_once(connection));
    co_return outcome == Outcome::timed_out&& connection.unread().empty();
  } catch (const NetError&) {
    co_return false;
  }
}

void require_sendable(const FetchRequest& request, const FetchOptions& options) {
  if (auto reason = check(request, options.decodes)) {
    throw FetchError(FetchFault::bad_request, request.url.text(), std::move(*reason), EINVAL);
  }
}

}  // namespace

Client::Client(FetchOptions options)
    : options_(std::move(options)),
      pool_(std::make_shared<ConnectionPool>(
          PoolLimits{options_.most_connections, options_.most_connections_per_host,
                     options_.most_idle_connections, options_.idle_limit})) {}

Task<Page> Client::fetch(std::string url, Method method, BodySink sink) {
  std::optional<Url> parsed = Url::parse(url);
  if (!parsed) {
    throw FetchError(FetchFault::bad_url, std::move(url), "this is not an http URL", EINVAL);
  }
  co_return co_await fetch(std::move(*parsed), method, std::move(sink));
}

Task<Page> Client::fetch(Url url, Method method, BodySink sink) {
  FetchRequest request(std::move(url), method == Method::head ? "HEAD" : "GET");
  co_return co_await fetch(std::move(request), std::move(sink));
}

Task<Page> Client::fetch(FetchRequest request, BodySink sink) {
  require_sendable(request, options_);
  FetchCall call(std::move(request), now() + options_.deadline, options_.deadline);
  const Outcome outcome = co_await timeout(options_.deadline, follow(call, &sink));
  if (outcome == Outcome::finished) co_return std::move(call.page);
  throw deadline_over(call.page.url, call.length, call.progress);
}

Task<FetchResponse> Client::start(FetchRequest request) {
  require_sendable(request, options_);
  auto call =
      std::make_unique<FetchCall>(std::move(request), now() + options_.deadline, options_.deadline);
  const Outcome outcome = co_await timeout(options_.deadline, follow(*call, nullptr));
  if (outcome != Outcome::finished) {
    throw deadline_over(call->page.url, call->length, call->progress);
  }
  co_return FetchResponse(std::move(call));
}

bool Client::will_follow(const Page& page) const {
  return options_.most_redirects > 0 && !page.location.empty();
}

// Redirects. Without a sink (not even an empty one) the body is left to the caller.
Task<> Client::follow(FetchCall& call, const BodySink* sink) {
  for (;;) {
    co_await persist(call, sink);
    if (!will_follow(call.page)) co_return;
    take_redirect(call);
  }
}

void Client::take_redirect(FetchCall& call) {
  Page& page = call.page;
  if (!page.redirect) {
    throw FetchError(FetchFault::bad_redirect, page.url.text(),
                     "redirected to " + page.location + ", which is not an http URL", EPROTO);
  }
  if (call.visited.size() == options_.most_redirects) {
    throw FetchError(FetchFault::too_many_redirects, page.url.text(),
                     "more than " + std::to_string(options_.most_redirects) + " redirects", ELOOP);
  }
  call.visited.emplace_back(call.request.method, page.url);
  if (!redirect(call.request, page.status, *page.redirect)) {
    throw FetchError(FetchFault::bad_redirect, page.url.text(),
                     "redirected to " + page.location + ", and a streamed body is gone", EPROTO);
  }
  const auto next = std::make_pair(call.request.method, call.request.url);
  if (std::find(call.visited.begin(), call.visited.end(), next) != call.visited.end()) {
    throw FetchError(FetchFault::too_many_redirects, call.request.url.text(),
                     "redirected in a circle", ELOOP);
  }
  ++page.redirects;
  page = new_page(page, call.request.url);
}

// One URL, as often as RetryOptions say.
Task<> Client::persist(FetchCall& call, const BodySink* sink) {
  for (unsigned retry = 0;; ++retry) {
    try {
      co_await attempt(call, retry, sink);
    } catch (const FetchError& error) {
      call.wait = wait_after(call, retry, error);
      if (!call.wait) throw;
    }
    if (!call.wait) co_return;
    call.exchange.reset();
    call.progress = {"while waiting to try again", 0};
    co_await sleep(*call.wait);
    ++call.page.retries;
  }
}

// Once: the request, and as much of the response as is wanted here.
Task<> Client::attempt(FetchCall& call, unsigned retry, const BodySink* sink) {
  call.wait.reset();
  call.page = new_page(call.page, call.request.url);
  co_await begin(call);
  take_head(call.exchange->response(), call.page);
  call.wait = wait_after_status(call, retry);
  if (will_follow(call.page) || call.wait) {
    co_await call.exchange->drain();
  } else if (sink != nullptr) {
    co_await read_body(call, *sink);
  }
}

// On a kept connection, or else on a new one, up to the head of the response.
Task<> Client::begin(FetchCall& call) {
  const Url& url = call.request.url;
  if (options_.allows && !options_.allows(url)) {
    throw FetchError(FetchFault::not_allowed, url.text(), "not allowed", EACCES);
  }
  call.progress = {"while waiting for a free connection", 0};
  ConnectionPool::Lease lease = co_await pool_->lease(origin_of(url));
  std::optional<Connection> kept = pool_->take(lease);
  if (kept && !call.request.may_repeat()) {  // there will be no second try
    const bool is_fresh = co_await looks_fresh(*kept);
    if (!is_fresh) kept.reset();
  }
  if (kept) {
    call.exchange = std::make_unique<Exchange>(pool_, std::move(lease), std::move(*kept), options_,
                                               call.progress);
    try {
      co_await call.exchange->begin(call.request, options_);
      co_return;
    } catch (const FetchError&) {
      if (!call.exchange->is_stale() || !call.request.may_repeat()) throw;
    }
    ++retries_;
    lease = call.exchange->release();
  }
  call.progress = {"while connecting", 0};
  ++connections_opened_;
  Connection connection = co_await dial(url, options_);
  call.exchange = std::make_unique<Exchange>(pool_, std::move(lease), std::move(connection),
                                             options_, call.progress);
  co_await call.exchange->begin(call.request, options_);
}

Task<> Client::read_body(FetchCall& call, const BodySink& sink) {
  Page& page = call.page;
  for (;;) {
    const std::string_view piece = co_await call.exchange->read();
    if (piece.empty()) co_return;
    page.body_bytes += piece.size();
    if (sink) {
      call.has_shown = true;
      sink(page, piece);
    } else {
      page.body += piece;
    }
  }
}

// Nothing: no retry. `least` is what the server asked for.
std::optional<Duration> Client::wait_before_retry(const FetchCall& call, unsigned retry,
                                                  Duration least) {
  const RetryOptions& options = options_.retry;
  if (retry >= options.most_retries || call.has_shown || !call.request.may_repeat()) {
    return std::nullopt;
  }
  if (least > options.most_delay || now() + least >= call.deadline) return std::nullopt;
  const Duration wait = least + jitter_.draw(backoff(options, retry), origin_of(call.request.url));
  if (now() + wait >= call.deadline) return std::nullopt;  // it could not end well
  return wait;
}

std::optional<Duration> Client::wait_after(const FetchCall& call, unsigned retry,
                                           const FetchError& error) {
  if (!may_pass(error)) return std::nullopt;
  return wait_before_retry(call, retry, Duration());
}

std::optional<Duration> Client::wait_after_status(const FetchCall& call, unsigned retry) {
  const Response& response = call.exchange->response();
  if (!may_pass(response.status)) return std::nullopt;
  const std::string_view asked = response.fields.find("Retry-After").value_or("");
  const Duration least = retry_after(asked, wall_clock()).value_or(Duration());
  return wait_before_retry(call, retry, least);
}

Task<Page> fetch(std::string url, FetchOptions options) {
  Client client(std::move(options));
  co_return co_await client.fetch(std::move(url));
}

}  // namespace rill::http
