// robots.txt of each service, before its pages (RFC 9309 2.3). See crawl.h.
#include <algorithm>

#include "lessons/crawler/crawl.h"
#include "scheduler/sleep.h"

namespace rill::crawler {
namespace {

constexpr unsigned kMostRobotsRedirects = 5;  // RFC 9309 2.3.1.2, to any host

http::Url robots_url(const std::string& host, bool is_secure) {
  return http::Url::parse((is_secure ? "https://" : "http://") + host + "/robots.txt").value();
}

}  // namespace

Task<> Crawl::fetch_robots(HostQueues::Job job) {
  const http::Url url = robots_url(queues_.name(job.host), job.is_secure);
  Site& site = site_of(job);
  ++site.tries;
  const std::string text = co_await read_robots(url, site);
  queues_.done(job, site.is_silent ? HostQueues::Outcome::silent : HostQueues::Outcome::answered);
  if (!site.failure.empty()) {
    const auto wait = wait_before_retry(site.tries, url, site.retry_after);
    if (wait) {
      queues_.ask_again(job, now() + *wait);
      co_return;
    }
    site.robots = http::Robots::disallow_all();
  } else {
    site.robots = http::Robots::parse(text, http::product_token(options_.user_agent));
  }
  queues_.open(job, site.robots.crawl_delay());
}

// "" if there is none, which allows everything, and if it cannot be read: then `site` says why.
Task<std::string> Crawl::read_robots(http::Url url, Site& site) {
  const std::string cannot = url.text() + " cannot be read: ";
  site.failure.clear();
  site.retry_after.clear();
  site.is_silent = false;
  for (unsigned redirects = 0; redirects <= kMostRobotsRedirects; ++redirects) {
    std::string text;
    http::BodySink sink = [&text](const http::Page& page, std::string_view piece) {
      if (page.status >= 300) return;
      text += piece.substr(0, http::Robots::kMaxBytes + 1 - text.size());
    };
    std::optional<http::Url> next;
    try {
      const http::Page page =
          co_await robots_client_.fetch(url, http::Method::get, std::move(sink));
      if (page.status < 300) co_return text;
      // 429 is a server that wants to be left alone for a while, not one without a robots.txt.
      if (page.status >= 500 || page.status == 429) {
        site.failure = cannot + "status " + std::to_string(page.status);
        site.retry_after = page.retry_after;
      }
      next = page.redirect;
    } catch (const http::FetchError& error) {
      // What came of it counts; if it was refused for its length alone, nobody knows what it says.
      if (error.fault() == http::FetchFault::body_too_large && !text.empty()) co_return text;
      site.failure = cannot + error.reason();
      site.is_silent = is_silence(error.fault());
    }
    if (!next) break;
    url = *next;
  }
  co_return std::string();
}

}  // namespace rill::crawler
