// crawl: every page of a site once, at most so many at a time.
//
// A worker is a task that fetches one page after the other and ends when nothing waits. Whoever
// finds links hires workers for them, up to the limit. So nobody waits for work, there is no queue
// that could be full, and "done" - nothing waits and nothing is in flight - is simply that no
// worker is left: Group::wait(). Pages are not stored: links are followed while their page still
// comes.
//
// A redirect is an edge like a link: its target is fetched once, whoever leads there. The site is
// the scheme, host and port at which the start page is found; links elsewhere are counted only.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "lessons/crawler/frontier.h"
#include "net/client/client.h"
#include "scheduler/group.h"

namespace rill::crawler {

/// What became of one URL.
struct Visit {
  int status = 0;                ///< 0 if there was no response
  std::uint64_t body_bytes = 0;  ///< that came, also if it was not all
  Duration elapsed;
  std::uint64_t links = 0;                ///< on the page, those to other sites included
  std::optional<http::FetchFault> fault;  ///< no page came, or its redirect leads nowhere
  std::string reason;                     ///< the sentence to that
  std::string location;                   ///< where it sent us, as it said that
  std::optional<http::Url> redirect;      ///< what that means, if it is an http or https URL

  bool is_broken() const { return fault.has_value() || status >= 400; }
};

struct CrawlOptions {
  std::size_t concurrency = 16;                 ///< pages in flight
  std::size_t most_urls = 10'000;               ///< then no new ones are noted
  unsigned most_redirects = 10;                 ///< in a row, as in http::FetchOptions
  Duration page_deadline = seconds(10);         ///< from connect to the last byte
  std::uint64_t most_body_bytes = 64ull << 20;  ///< of one page; they are not stored
  std::function<void(const Target&, const Visit&)> on_visit = {};  ///< after each
};

class Crawl {
 public:
  /// Lives inside one run(); nothing happens before run().
  Crawl(http::Url start, const CrawlOptions& options);

  /// Fetches everything that can be reached. Suspends until it has. Never throws for a page: that
  /// is in its Visit. Kill: the pages in flight are dropped.
  Task<> run();

  const Frontier& frontier() const { return frontier_; }
  /// By the frontier's numbers, for all of them once run() has returned.
  const Visit& visit(std::size_t number) const { return visits_[number]; }
  const http::Url& site() const { return site_; }
  std::size_t most_in_flight() const { return most_in_flight_; }
  std::uint64_t links_elsewhere() const { return links_elsewhere_; }
  std::uint64_t connections_opened() const { return client_.connections_opened(); }
  Duration elapsed() const { return elapsed_; }

 private:
  void hire();
  Task<> work(std::size_t number);
  Task<> fetch_one(std::size_t number);
  void add_link(const std::optional<http::Url>& url, std::size_t found_on);
  void take_redirect(const http::Page& page, std::size_t number);
  void find_circles();

  CrawlOptions options_;
  http::Url site_;
  http::Client client_;
  Frontier frontier_;
  std::size_t start_ = 0;     // the start page, or what it redirected to
  std::deque<Visit> visits_;  // as long as the frontier
  std::size_t in_flight_ = 0;
  std::size_t most_in_flight_ = 0;
  std::uint64_t links_elsewhere_ = 0;
  Duration elapsed_;
  Group workers_;  // last: they use all of the above
};

}  // namespace rill::crawler
