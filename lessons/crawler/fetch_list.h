// fetch_list: every URL of a list, at most so many at a time; no links are followed.
//
// The two coroutine ways of the comparison are this one function: with one at a time it is
// sequential, with as many as there are URLs it is concurrent.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "net/http/url.h"
#include "net/tls/tls_context.h"
#include "scheduler/task.h"
#include "scheduler/time.h"

namespace rill::crawler {

struct Fetched {
  int status = 0;  ///< after redirects; 0 if no page came
  std::uint64_t body_bytes = 0;
  Duration elapsed;
  std::string reason;  ///< why no page came

  bool is_ok() const { return status >= 200 && status < 300; }
};

struct ListOptions {
  std::size_t concurrency = 1000;
  Duration page_deadline = seconds(10);  ///< redirects included
  std::uint64_t most_body_bytes = 64ull << 20;
  std::string user_agent = "rill-crawler";
  TlsClientContext trust;  ///< whom https believes, as in http::FetchOptions
  std::function<void(const http::Url&, const Fetched&)> on_page = {};  ///< after each
};

struct ListResult {
  std::size_t ok = 0;
  std::size_t failed = 0;
  std::uint64_t body_bytes = 0;
  Duration elapsed;  ///< from the first connect to the last byte
};

/// Fetches all of `urls`, which must outlive the call; one that stands there twice, twice. Never
/// throws for a page. Bodies are counted, not stored. Kill: those in flight are dropped.
Task<ListResult> fetch_list(const std::vector<http::Url>& urls, ListOptions options);

/// One URL a line; empty lines and those that begin with '#' do not count. Throws
/// std::invalid_argument naming the line that is no http URL.
std::vector<http::Url> parse_url_list(std::string_view text);

}  // namespace rill::crawler
