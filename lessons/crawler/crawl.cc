// The loop, the pages, and what is done with their links. See crawl.h; robots.txt is in
// crawl_robots.cc.
#include "lessons/crawler/crawl.h"

#include <algorithm>

#include "lessons/crawler/page_links.h"
#include "net/http/syntax.h"
#include "scheduler/sleep.h"
#include "scheduler/timeout.h"

namespace rill::crawler {
namespace {

using http::FetchFault;

http::FetchOptions fetch_options(const CrawlOptions& options) {
  http::FetchOptions fetch;
  fetch.deadline = options.page_deadline;
  fetch.connect_timeout =
      options.page_deadline / 2;  // so that a dead host is known from a slow page
  fetch.most_redirects = 0;       // they are edges of the graph, for the frontier to see
  fetch.limits.body_bytes = options.most_body_bytes;
  fetch.most_idle_connections = options.concurrency;
  fetch.user_agent = options.user_agent;
  fetch.trust = options.trust;
  return fetch;
}

http::FetchOptions robots_options(const CrawlOptions& options) {
  http::FetchOptions fetch = fetch_options(options);
  fetch.limits.body_bytes = CrawlOptions().most_body_bytes;
  fetch.most_idle_connections = 0;  // one request to each service
  return fetch;
}

/// Media types have no case (RFC 9110 8.3.1).
bool may_have_links(const http::Page& page) {
  const std::string_view type = page.content_type;
  const auto begins_with = [type](std::string_view beginning) {
    return http::equals_ignoring_case(type.substr(0, beginning.size()), beginning);
  };
  return page.status < 300 && (begins_with("text/html") || begins_with("application/xhtml"));
}

void blame(Visit& visit, FetchFault fault, std::string reason) {
  visit.fault = fault;
  visit.reason = std::move(reason);
}

}  // namespace

bool is_silence(http::FetchFault fault) {
  return fault == FetchFault::no_address || fault == FetchFault::no_connection ||
         fault == FetchFault::connect_timed_out;
}

/// Counts a request from when it is started to its end, whatever ends it.
class Crawl::UnderWay {
 public:
  explicit UnderWay(Crawl& crawl) : crawl_(crawl) {}
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() {
    --crawl_.in_flight_;
    crawl_.changed_.set();
  }

 private:
  Crawl& crawl_;
};

Crawl::Crawl(http::Url start, const CrawlOptions& options, CrawlObserver* observer,
             const CrawlHistory* history)
    : options_(options),
      observer_(observer),
      scope_(options.scope),
      client_(fetch_options(options)),
      robots_client_(robots_options(options)),
      frontier_(options.most_urls),
      queues_({options.per_host, options.delay, options.obeys_robots}) {
  scope_.add_host(start);
  if (history != nullptr && !history->targets.empty()) {
    restore(*history);
  } else if (const auto number = note({.url = std::move(start)})) {
    enqueue(*number);
  }
}

void Crawl::restore(const CrawlHistory& history) {
  for (const Target& target : history.targets) frontier_.add(target);
  visits_.resize(frontier_.found());
  for (const auto& [number, visit] : history.done) {
    visits_[number] = visit;
    ++done_;
    broken_ += visit.is_broken();
    if (number != start_ || visit.redirect == kNobody) continue;
    start_ = visit.redirect;
    scope_.add_host(site());
  }
  const auto is_waiting = [this](std::uint32_t number) { return !visits_[number].is_done; };
  level_ = UINT32_MAX;
  for (std::uint32_t i = 0; i < frontier_.found(); ++i) {
    if (is_waiting(i)) level_ = std::min(level_, frontier_.at(i).depth);
  }
  for (std::uint32_t i = 0; i < frontier_.found(); ++i) {
    if (is_waiting(i)) enqueue(i);
  }
}

Task<> Crawl::run() {
  const Instant begun = now();
  for (;;) {
    changed_.clear();
    start_ready();
    const bool has_nothing_to_start = is_stopping_ || queues_.is_empty();
    if (in_flight_ == 0 && has_nothing_to_start) {
      if (is_stopping_ || next_level_.empty()) break;
      next_level();
      continue;
    }
    if (now() >= drop_at_) {
      co_await workers_.cancel();
      break;
    }
    co_await wait_for_change();
  }
  co_await workers_.wait();
  if (failure_) std::rethrow_exception(failure_);
  find_circles();
  elapsed_ = now() - begun;
}

Task<> Crawl::wait_for_change() {
  const bool may_start = !is_stopping_ && in_flight_ < options_.concurrency;
  const Instant next = std::min(may_start ? queues_.next_at() : Instant::never(), drop_at_);
  const auto change = [](Event& event) -> Task<> { co_await event.wait(); };
  if (next == Instant::never()) {
    co_await changed_.wait();
  } else {
    const Outcome outcome = co_await timeout(next - now(), change(changed_));
    static_cast<void>(outcome);  // the loop looks for itself
  }
}

void Crawl::stop(Duration finish_time) {
  is_stopping_ = true;
  drop_at_ = std::min(drop_at_, now() + finish_time);
  changed_.set();
}

void Crawl::start_ready() {
  while (!is_stopping_ && in_flight_ < options_.concurrency) {
    const std::optional<HostQueues::Job> job = queues_.take(now());
    if (!job) return;
    if (settle_unasked(*job)) continue;
    ++in_flight_;
    most_in_flight_ = std::max(most_in_flight_, in_flight_);
    workers_.spawn(work(*job)).named("worker");
  }
}

/// Pages that need no request: those that robots.txt excludes, and those of a dead host.
bool Crawl::settle_unasked(const HostQueues::Job& job) {
  if (!job.page) return false;
  Visit& visit = visits_[*job.page];
  const Site& site = site_of(job);
  if (options_.obeys_robots && !site.robots.allows(frontier_.at(*job.page).url.target())) {
    visit.is_excluded = true;
    visit.reason = site.failure.empty() ? kExcluded : site.failure;
  } else if (queues_.is_given_up(job.host)) {
    blame(visit, FetchFault::no_connection,
          queues_.name(job.host) + " has not answered " + std::to_string(HostQueues::kGiveUpAfter) +
              " times in a row and is not asked any more");
  } else {
    return false;
  }
  queues_.done(job, HostQueues::Outcome::not_asked);
  finish(*job.page, {});
  return true;
}

Task<> Crawl::work(HostQueues::Job job) {
  const UnderWay under_way(*this);
  try {
    if (job.page) {
      co_await fetch_page(job);
    } else {
      co_await fetch_robots(job);
    }
  } catch (...) {  // of the observer: a full disk, say
    if (!failure_) failure_ = std::current_exception();
    stop({});
  }
}

Task<> Crawl::fetch_page(HostQueues::Job job) {
  const std::uint32_t number = *job.page;
  const http::Url url = frontier_.at(number).url;
  Visit visit;
  visit.tries = static_cast<std::uint8_t>(visits_[number].tries + 1);
  PageNote note;
  PageLinks links(url);
  bool is_html = false;
  http::BodySink sink = [&](const http::Page& page, std::string_view piece) {
    visit.status = static_cast<std::int16_t>(page.status);
    visit.body_bytes = page.encoded_bytes;
    visit.decoded_bytes += piece.size();
    is_html = may_have_links(page);
    if (!is_html) return;
    links.scan(piece, [&](const std::optional<http::Url>& link, bool is_nofollow) {
      ++visit.links;
      add_link(link, is_nofollow, number);
    });
  };
  const Instant begun = now();
  bool may_pass = false;
  std::optional<http::Page> page;
  try {
    page = co_await client_.fetch(url, http::Method::get, std::move(sink));
    visit.status = static_cast<std::int16_t>(page->status);
    visit.body_bytes = page->encoded_bytes;
    may_pass = http::may_pass(page->status);
  } catch (const http::FetchError& error) {
    blame(visit, error.fault(), error.reason());
    may_pass = http::may_pass(error);
  }
  visit.elapsed = now() - begun;
  const bool is_silent = visit.fault && is_silence(*visit.fault);
  queues_.done(job, is_silent ? HostQueues::Outcome::silent : HostQueues::Outcome::answered);
  visits_[number] = visit;
  if (may_pass) {
    const auto wait = wait_before_retry(visit.tries, url, page ? page->retry_after : "");
    if (wait) {
      queues_.add_later(url, number, now() + *wait);
      co_return;
    }
  }
  if (page) {
    note.content_type = page->content_type;
    note.location = page->location;
    if (!page->location.empty()) take_redirect(*page, number);
  }
  if (is_html) note.title = links.title();
  finish(number, note);
}

// As Client does, but the wait is in the queue and not in the task: it holds no connection, and the
// host's other pages go on. Nothing: no retry.
std::optional<Duration> Crawl::wait_before_retry(unsigned tries, const http::Url& url,
                                                 std::string_view retry_after) {
  if (tries > options_.retry.most_retries) return std::nullopt;
  const Duration least = http::retry_after(retry_after, wall_clock()).value_or(Duration());
  if (least > options_.retry.most_delay) return std::nullopt;
  ++retries_;
  return least + jitter_.draw(http::backoff(options_.retry, tries - 1), url.authority());
}

void Crawl::finish(std::uint32_t number, const PageNote& note) {
  Visit& visit = visits_[number];
  visit.is_done = true;
  ++done_;
  broken_ += visit.is_broken();
  if (observer_ != nullptr) observer_->done(number, frontier_.at(number), visit, note);
}

void Crawl::add_link(const std::optional<http::Url>& link, bool is_nofollow,
                     std::uint32_t found_on) {
  if (!link) return;
  const http::Url url = without_session(*link);
  switch (scope_.ask(url)) {
    case Scope::Answer::elsewhere:
      ++link_counts_.elsewhere;
      return;
    case Scope::Answer::unwanted:
      ++link_counts_.unwanted;
      return;
    case Scope::Answer::endless:
      ++link_counts_.endless;
      return;
    case Scope::Answer::inside:
      break;
  }
  const std::uint32_t depth = frontier_.at(found_on).depth;
  if (is_nofollow) {
    ++link_counts_.nofollow;
  } else if (depth >= options_.most_depth) {
    link_counts_.too_deep += !frontier_.find(url);
  } else if (const auto number = note({.url = url, .found_on = found_on, .depth = depth + 1})) {
    enqueue(*number);
  }
}

void Crawl::take_redirect(const http::Page& page, std::uint32_t number) {
  Visit& visit = visits_[number];
  const Target& from = frontier_.at(number);
  if (!page.redirect) {
    return blame(visit, FetchFault::bad_redirect,
                 "redirected to " + page.location + ", which is not an http URL");
  }
  if (from.redirects >= options_.most_redirects) {
    return blame(visit, FetchFault::too_many_redirects,
                 "more than " + std::to_string(options_.most_redirects) + " redirects in a row");
  }
  const http::Url url = without_session(*page.redirect);
  const bool is_start = number == start_;
  if (is_start) scope_.add_host(url);
  if (scope_.ask(url) != Scope::Answer::inside && !is_start) {
    ++link_counts_.elsewhere;
    return;
  }
  const std::uint32_t depth = is_start ? from.depth : from.depth + 1;
  if (depth > options_.most_depth) {
    ++link_counts_.too_deep;
    return;
  }
  const auto found =
      note({.url = url, .found_on = number, .depth = depth, .redirects = from.redirects + 1});
  if (found) {
    enqueue(*found);
    visit.redirect = *found;
  } else {
    visit.redirect = frontier_.find(url).value_or(kNobody);
  }
  if (is_start && found) start_ = *found;
}

std::optional<std::uint32_t> Crawl::note(Target target) {
  const std::optional<std::uint32_t> number = frontier_.add(std::move(target));
  if (!number) return std::nullopt;
  visits_.emplace_back();
  if (observer_ != nullptr) observer_->found(*number, frontier_.at(*number));
  return number;
}

// With a depth to keep, level after level: otherwise a page that is found early over a long way
// would count as deep, and its links be lost, in some runs and not in others.
void Crawl::enqueue(std::uint32_t number) {
  const Target& target = frontier_.at(number);
  if (options_.most_depth != CrawlOptions::kAnyDepth && target.depth > level_) {
    next_level_.push_back(number);
    return;
  }
  queues_.add(target.url, number);
  changed_.set();
}

void Crawl::next_level() {
  ++level_;
  std::vector<std::uint32_t> numbers;
  numbers.swap(next_level_);
  for (const std::uint32_t number : numbers) enqueue(number);
}

Crawl::Site& Crawl::site_of(const HostQueues::Job& job) {
  const std::size_t index = 2 * job.host + (job.is_secure ? 1 : 0);
  while (sites_.size() <= index) sites_.emplace_back();  // a deque: references last
  return sites_[index];
}

// Redirects that lead back to themselves: each was fetched once, and none arrives anywhere.
void Crawl::find_circles() {
  std::vector<std::uint32_t> walk_of(visits_.size(), kNobody);
  for (std::uint32_t walk = 0; walk < visits_.size(); ++walk) {
    std::uint32_t at = walk;
    while (at != kNobody && walk_of[at] == kNobody) {
      walk_of[at] = walk;
      at = visits_[at].redirect;
    }
    if (at == kNobody || walk_of[at] != walk || visits_[at].redirect == kNobody) continue;
    for (std::uint32_t in_circle = at; !visits_[in_circle].fault;
         in_circle = visits_[in_circle].redirect) {
      blame(visits_[in_circle], FetchFault::too_many_redirects, "redirected in a circle");
      ++broken_;
    }
  }
}

}  // namespace rill::crawler
