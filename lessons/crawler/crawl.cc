// The workers. See crawl.h.
#include "lessons/crawler/crawl.h"

#include "net/http/links.h"
#include "scheduler/sleep.h"

namespace rill::crawler {
namespace {

http::FetchOptions fetch_options(const CrawlOptions& options) {
  http::FetchOptions fetch;
  fetch.deadline = options.page_deadline;
  fetch.most_redirects = 0;  // they are edges of the graph, for the frontier to see
  fetch.limits.body_bytes = options.most_body_bytes;
  fetch.most_idle_connections = options.concurrency;
  fetch.user_agent = "rill-crawler";
  return fetch;
}

/// Images, scripts and style sheets are no pages.
bool leads_to_page(http::LinkKind kind) {
  return kind == http::LinkKind::a || kind == http::LinkKind::area ||
         kind == http::LinkKind::frame || kind == http::LinkKind::iframe;
}

bool may_have_links(const http::Page& page) {
  return page.status < 300 && (page.content_type.starts_with("text/html") ||
                               page.content_type.starts_with("application/xhtml"));
}

void blame(Visit& visit, http::FetchFault fault, std::string reason) {
  visit.fault = fault;
  visit.reason = std::move(reason);
}

/// The links of one page, while it comes.
class PageLinks {
 public:
  explicit PageLinks(const http::Url& page) : base_(page) {}

  template <class F>
  void scan(std::string_view piece, F on_link) {
    while (scanner_.next(piece)) {
      const http::Link link = scanner_.link();
      std::optional<http::Url> url = base_.resolve(link.url);
      if (leads_to_page(link.kind)) on_link(url);
      if (link.kind == http::LinkKind::base && url) base_ = std::move(*url);
    }
  }

 private:
  http::LinkScanner scanner_;
  http::Url base_;
};

}  // namespace

Crawl::Crawl(http::Url start, const CrawlOptions& options)
    : options_(options),
      site_(start),
      client_(fetch_options(options)),
      frontier_(options.most_urls) {
  frontier_.add(start, Target::kNobody);
}

Task<> Crawl::run() {
  const Instant begun = now();
  hire();
  co_await workers_.wait();
  find_circles();
  elapsed_ = now() - begun;
}

void Crawl::hire() {
  while (in_flight_ < options_.concurrency) {
    const std::optional<std::size_t> number = frontier_.take();
    if (!number) return;
    ++in_flight_;
    most_in_flight_ = std::max(most_in_flight_, in_flight_);
    workers_.spawn(work(*number)).named("worker");
  }
}

Task<> Crawl::work(std::size_t number) {
  for (std::optional<std::size_t> next = number; next; next = frontier_.take()) {
    co_await fetch_one(*next);
  }
  --in_flight_;
}

Task<> Crawl::fetch_one(std::size_t number) {
  const http::Url url = frontier_.at(number).url;
  if (visits_.size() <= number) visits_.resize(number + 1);
  Visit& visit = visits_[number];  // stays where it is: a deque
  PageLinks links(url);
  http::BodySink sink = [&](const http::Page& page, std::string_view piece) {
    visit.status = page.status;
    visit.body_bytes += piece.size();
    if (!may_have_links(page)) return;
    links.scan(piece, [&](const std::optional<http::Url>& link) {
      ++visit.links;
      add_link(link, number);
    });
  };
  const Instant begun = now();
  try {
    const http::Page page = co_await client_.fetch(url, http::Method::get, std::move(sink));
    visit.status = page.status;
    visit.location = page.location;
    if (!page.location.empty()) take_redirect(page, number);
  } catch (const http::FetchError& error) {
    blame(visit, error.fault(), error.reason());
  }
  visit.elapsed = now() - begun;
  if (options_.on_visit) options_.on_visit(frontier_.at(number), visit);
}

void Crawl::add_link(const std::optional<http::Url>& url, std::size_t found_on) {
  if (!url) return;  // mailto:, javascript: and the like
  if (!url->same_origin(site_)) {
    ++links_elsewhere_;
  } else if (frontier_.add(*url, found_on)) {
    hire();
  }
}

void Crawl::take_redirect(const http::Page& page, std::size_t number) {
  Visit& visit = visits_[number];
  const unsigned redirects = frontier_.at(number).redirects + 1;
  if (!page.redirect) {
    blame(visit, http::FetchFault::bad_redirect,
          "redirected to " + page.location + ", which is not an http URL");
    return;
  }
  visit.redirect = page.redirect;
  if (redirects > options_.most_redirects) {
    blame(visit, http::FetchFault::too_many_redirects,
          "more than " + std::to_string(options_.most_redirects) + " redirects in a row");
    return;
  }
  // The start page decides where the site is: http://example.org/ may be http://www.example.org/.
  const bool is_start = number == start_;
  if (is_start && !page.redirect->is_secure()) site_ = *page.redirect;
  if (!page.redirect->same_origin(site_)) {
    ++links_elsewhere_;
    if (is_start)
      blame(visit, http::FetchFault::bad_redirect,
            "redirected to " + page.redirect->text() + ", and https is not supported");
    return;
  }
  if (frontier_.add(*page.redirect, number, redirects)) {
    if (is_start) start_ = frontier_.found() - 1;
    hire();
  }
}

// Redirects that lead back to themselves: each was fetched once, and none arrives anywhere.
void Crawl::find_circles() {
  std::vector<std::size_t> walk_of(visits_.size(), Target::kNobody);
  for (std::size_t walk = 0; walk < visits_.size(); ++walk) {
    std::optional<std::size_t> at = walk;
    while (at && walk_of[*at] == Target::kNobody) {
      walk_of[*at] = walk;
      const std::optional<http::Url>& redirect = visits_[*at].redirect;
      at = redirect ? frontier_.find(*redirect) : std::nullopt;
    }
    if (!at || walk_of[*at] != walk || !visits_[*at].redirect) continue;
    for (std::size_t in_circle = *at; !visits_[in_circle].fault;
         in_circle = *frontier_.find(*visits_[in_circle].redirect)) {
      blame(visits_[in_circle], http::FetchFault::too_many_redirects, "redirected in a circle");
    }
  }
}

}  // namespace rill::crawler
