// robots.txt of each service, before its pages (RFC 9309 2.3). See crawl.h.
#include <algorithm>

#include "lessons/crawler/crawl.h"
#include "lessons/crawler/retry.h"
#include "scheduler/sleep.h"

namespace rill::crawler {
namespace {

constexpr unsigned kMostRobotsRedirects = 5;  // RFC 9309 2.3.1.2, to any host

http::Url robots_url(const std::string& host, bool is_secure) {
  return http::Url::parse((is_secure ? "https://" : "http://") + host + "/robots.txt").value();
}

}  // namespace

Task<> Crawl::fetch_robots(HostQueues::Job job) {
  Site& site = site_of(job);
  ++site.tries;
  bool is_unreachable = false;
  const std::string text =
      co_await read_robots(robots_url(queues_.name(job.host), job.is_secure), site, is_unreachable);
  queues_.done(job, is_unreachable ? HostQueues::Outcome::silent : HostQueues::Outcome::answered);
  if (is_unreachable && site.tries <= options_.most_retries) {
    ++retries_;
    const auto number = static_cast<std::uint32_t>(job.host);
    queues_.ask_again(job, now() + retry_delay(site.tries, number));
    co_return;
  }
  if (is_unreachable) {
    site.robots = http::Robots::disallow_all();
  } else {
    site.failure.clear();
    site.robots = http::Robots::parse(text, http::product_token(options_.user_agent));
  }
  queues_.open(job, site.robots.crawl_delay());
}

// "" if there is none, which allows everything.
Task<std::string> Crawl::read_robots(http::Url url, Site& site, bool& is_unreachable) {
  const std::string asked = url.text();
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
      // 429 is a server that wants to be left alone for a while, not one without a robots.txt.
      is_unreachable = page.status >= 500 || page.status == 429;
      if (is_unreachable) {
        site.failure = asked + " cannot be read: status " + std::to_string(page.status);
      }
      if (page.status < 300) co_return text;
      next = page.redirect;
    } catch (const http::FetchError& error) {
      // What came of it counts; if it was refused for its length alone, nobody knows what it says.
      if (error.fault() == http::FetchFault::body_too_large && !text.empty()) co_return text;
      is_unreachable = true;
      site.failure = asked + " cannot be read: " + error.reason();
    }
    if (!next) break;
    url = *next;
  }
  co_return std::string();
}

}  // namespace rill::crawler
