// Crawl: every page of a site once, politely, many at a time.
//
// run() is a loop that starts a task for each URL that may be asked for now, and waits until that
// changes: a link is found, a request ends, a host's delay is over. HostQueues knows what may be
// asked for, Frontier what is known. Pages are not stored: links are followed while their page
// still comes.
// A redirect is an edge like a link: its target is fetched once, whoever leads there. Where the
// start page is redirected to belongs to the site too: http://example.org/ may be
// https://www.example.org/.
// A URL is asked for again after a fault that may pass (net/client/retry.h), later, and without a
// place held for it meanwhile. robots.txt (RFC 9309): one that is missing allows everything, one
// that cannot be read forbids everything.
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lessons/crawler/frontier.h"
#include "lessons/crawler/host_queues.h"
#include "lessons/crawler/scope.h"
#include "lessons/crawler/visit.h"
#include "net/client/client.h"
#include "net/client/retry.h"
#include "net/http/robots.h"
#include "scheduler/event.h"
#include "scheduler/group.h"

namespace rill::crawler {

struct CrawlOptions {
  static constexpr std::uint32_t kAnyDepth = UINT32_MAX;

  std::size_t concurrency = 32;          ///< requests under way, over all hosts
  std::size_t per_host = 6;              ///< to one host; what browsers open
  Duration delay;                        ///< between the beginnings of two requests to one host
  std::size_t most_urls = 10'000;        ///< then no new ones are noted
  std::uint32_t most_depth = kAnyDepth;  ///< links of pages so far from the start are not followed
  unsigned most_redirects = 10;          ///< in a row, as in http::FetchOptions
  http::RetryOptions retry = {.most_retries = 2};
  Duration page_deadline = seconds(10);         ///< of one try, from connect to the last byte
  std::uint64_t most_body_bytes = 64ull << 20;  ///< of one page; they are not stored
  bool obeys_robots = true;
  std::string user_agent = "rill-crawler";
  TlsClientContext trust;  ///< whom https believes, as in http::FetchOptions
  ScopeOptions scope;
};

/// Hears of what happens, in order: a URL before its page, a page's links before the page is done.
/// Called between two steps; must not suspend. What it throws ends the crawl.
class CrawlObserver {
 public:
  virtual ~CrawlObserver() = default;
  virtual void found(std::uint32_t number, const Target& target) = 0;
  virtual void done(std::uint32_t number, const Target& target, const Visit& visit,
                    const PageNote& note) = 0;
};

/// What a crawl had come to when it was stopped. See crawl_log.h.
struct CrawlHistory {
  std::vector<Target> targets;
  std::vector<std::pair<std::uint32_t, Visit>> done;  ///< in the order in which they were
};

/// Links that were seen and led nowhere new.
struct LinkCounts {
  std::uint64_t elsewhere = 0;  ///< other hosts
  std::uint64_t unwanted = 0;   ///< by --include and --exclude
  std::uint64_t endless = 0;    ///< Scope::Answer::endless
  std::uint64_t nofollow = 0;
  std::uint64_t too_deep = 0;
};

class Crawl {
 public:
  /// Lives inside one run(); nothing happens before run(). `observer` may be null; it must outlive
  /// the crawl. With a `history` the crawl goes on from there: what is done is not fetched again.
  Crawl(http::Url start, const CrawlOptions& options, CrawlObserver* observer = nullptr,
        const CrawlHistory* history = nullptr);

  /// Fetches everything that can be reached. Suspends until it has, or is stopped. Never throws for
  /// a page: that is in its Visit. Kill: the pages under way are dropped.
  Task<> run();
  /// Begins no request any more. Those under way may end until `finish_time` is over; then they
  /// are dropped, and count as not fetched. Does not suspend.
  void stop(Duration finish_time);

  const Frontier& frontier() const { return frontier_; }
  /// By the frontier's numbers. After run() all are done, unless it was stopped.
  const Visit& visit(std::size_t number) const { return visits_[number]; }
  const http::Url& site() const { return frontier_.at(start_).url; }
  std::size_t done() const { return done_; }
  std::size_t in_flight() const { return in_flight_; }
  std::size_t most_in_flight() const { return most_in_flight_; }
  std::uint64_t broken() const { return broken_; }
  const LinkCounts& link_counts() const { return link_counts_; }
  std::uint64_t retries() const { return retries_; }
  std::uint64_t connections_opened() const {
    return client_.connections_opened() + robots_client_.connections_opened();
  }
  Duration elapsed() const { return elapsed_; }

 private:
  struct Site {  // of one service
    http::Robots robots;
    unsigned tries = 0;
    std::string failure;      // why its robots.txt could not be read; empty: it could
    std::string retry_after;  // what the server said to that
    bool is_silent = false;   // it said nothing
  };
  struct Fetch;  // a page on its way
  class UnderWay;

  void restore(const CrawlHistory& history);
  void start_ready();
  Task<> wait_for_change();
  Task<> work(HostQueues::Job job);
  Task<> fetch_page(HostQueues::Job job);
  Task<> fetch_robots(HostQueues::Job job);
  Task<std::string> read_robots(http::Url url, Site& site);
  bool settle_unasked(const HostQueues::Job& job);
  std::optional<Duration> wait_before_retry(unsigned tries, const http::Url& url,
                                            std::string_view retry_after);
  void finish(std::uint32_t number, const PageNote& note);
  void add_link(const std::optional<http::Url>& url, bool is_nofollow, std::uint32_t found_on);
  void take_redirect(const http::Page& page, std::uint32_t number);
  std::optional<std::uint32_t> note(Target target);
  void enqueue(std::uint32_t number);
  void next_level();
  void find_circles();
  Site& site_of(const HostQueues::Job& job);

  CrawlOptions options_;
  CrawlObserver* observer_;
  Scope scope_;
  http::Client client_, robots_client_;  // the limit of a page is not that of a robots.txt
  Frontier frontier_;
  HostQueues queues_;
  std::deque<Site> sites_;                 // two for each host of queues_: http and https
  std::uint32_t start_ = 0;                // the start page, or what it redirected to
  std::deque<Visit> visits_;               // as long as the frontier
  std::vector<std::uint32_t> next_level_;  // with a most_depth: those that wait for their turn
  std::uint32_t level_ = 0;
  std::size_t done_ = 0;
  std::uint64_t broken_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t most_in_flight_ = 0;
  std::uint64_t retries_ = 0;
  http::Jitter jitter_;
  LinkCounts link_counts_;
  Duration elapsed_;
  bool is_stopping_ = false;
  Instant drop_at_ = Instant::never();
  Event changed_;
  std::exception_ptr failure_;
  Group workers_;  // last: they use all of the above
};

}  // namespace rill::crawler
