// See fetch_list.h.
#include "lessons/crawler/fetch_list.h"

#include <algorithm>
#include <stdexcept>

#include "net/client/client.h"
#include "net/client/dial.h"
#include "scheduler/group.h"
#include "scheduler/sleep.h"

namespace rill::crawler {
namespace {

http::FetchOptions fetch_options(const ListOptions& options, std::size_t urls) {
  http::FetchOptions fetch;
  fetch.deadline = options.page_deadline;
  fetch.limits.body_bytes = options.most_body_bytes;
  fetch.user_agent = options.user_agent;
  fetch.trust = options.trust;
  // When all are fetched at once, no connection ever gets a second request.
  fetch.most_idle_connections = urls > options.concurrency ? options.concurrency : 0;
  return fetch;
}

struct Shared {
  const std::vector<http::Url>& urls;
  const ListOptions& options;
  http::Client client;
  std::size_t next = 0;
  ListResult result = {};
};

Task<Fetched> fetch_one(Shared& shared, const http::Url& url) {
  Fetched fetched;
  http::BodySink count = [&](const http::Page&, std::string_view piece) {
    fetched.body_bytes += piece.size();
  };
  const Instant begun = now();
  try {
    const http::Page page = co_await shared.client.fetch(url, http::Method::get, std::move(count));
    fetched.status = page.status;
  } catch (const http::FetchError& error) {
    fetched.reason = error.reason();
  }
  fetched.elapsed = now() - begun;
  co_return fetched;
}

Task<> work(Shared& shared) {
  while (shared.next < shared.urls.size()) {
    const http::Url& url = shared.urls[shared.next++];
    const Fetched fetched = co_await fetch_one(shared, url);
    ++(fetched.is_ok() ? shared.result.ok : shared.result.failed);
    shared.result.body_bytes += fetched.body_bytes;
    if (shared.options.on_page) shared.options.on_page(url, fetched);
  }
}

}  // namespace

Task<ListResult> fetch_list(const std::vector<http::Url>& urls, ListOptions options) {
  Shared shared{urls, options, http::Client(fetch_options(options, urls.size()))};
  const Instant begun = now();
  Group workers;
  for (std::size_t i = 0; i < std::min(options.concurrency, urls.size()); ++i) {
    workers.spawn(work(shared)).named("worker");
  }
  co_await workers.wait();
  shared.result.elapsed = now() - begun;
  co_return shared.result;
}

std::vector<http::Url> parse_url_list(std::string_view text) {
  std::vector<http::Url> urls;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == line.npos || line.starts_with('#')) continue;
    std::string_view trimmed = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    std::optional<http::Url> url = http::Url::parse(trimmed);
    if (!url) {
      throw std::invalid_argument("line " + std::to_string(number) + " is no http URL");
    }
    urls.push_back(std::move(*url));
  }
  return urls;
}

}  // namespace rill::crawler
