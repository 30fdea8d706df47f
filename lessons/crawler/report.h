// What a crawl found, for people: how much, with which statuses, what is broken and who links
// there, and what was slow. A pure function of the crawl: same crawl, same text.
#pragma once

#include <cstddef>
#include <string>

#include "lessons/crawler/crawl.h"

namespace rill::crawler {

/// Each URL that was found is in one of the first five.
struct CrawlSummary {
  std::size_t pages = 0;      ///< 2xx and complete
  std::size_t redirects = 0;  ///< that lead somewhere
  std::size_t broken = 0;     ///< 4xx, 5xx, and no complete response
  std::size_t excluded = 0;   ///< by robots.txt
  std::size_t waiting = 0;    ///< not fetched, since the crawl was stopped
  std::uint64_t body_bytes = 0;
  std::uint64_t decoded_bytes = 0;
};

CrawlSummary summary_of(const Crawl& crawl);

/// Several lines. Lists are cut after `most_rows` and say so.
std::string report_of(const Crawl& crawl, std::size_t most_rows);

/// One URL as a line: "200   1,234 bytes   51 ms   /path".
std::string line_of(const http::Url& url, const Visit& visit);

}  // namespace rill::crawler
