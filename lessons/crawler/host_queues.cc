// See host_queues.h.
#include "lessons/crawler/host_queues.h"

#include <algorithm>

namespace rill::crawler {

std::size_t HostQueues::host_of(const http::Url& url) {
  std::string name = url.authority();
  const auto known = numbers_.find(name);
  if (known != numbers_.end()) return known->second;
  Host host;
  host.name = name;
  host.delay = options_.delay;
  if (!options_.asks_robots) {
    for (Service& service : host.services) service.robots = Robots::known;
  }
  hosts_.push_back(std::move(host));
  numbers_.emplace(std::move(name), hosts_.size() - 1);
  return hosts_.size() - 1;
}

void HostQueues::add(const http::Url& url, std::uint32_t number) {
  const std::size_t host = host_of(url);
  hosts_[host].services[url.is_secure()].waiting.push_back(number);
  ++waiting_;
  list(host);
}

void HostQueues::add_later(const http::Url& url, std::uint32_t number, Instant at) {
  later_.emplace(at, Later{host_of(url), url.is_secure(), number});
  ++waiting_;
}

std::optional<HostQueues::Job> HostQueues::take(Instant now) {
  wake(now);
  while (!ready_.empty()) {
    const std::size_t number = ready_.front();
    ready_.pop_front();
    Host& host = hosts_[number];
    host.is_listed = false;
    Service* service = next_service(host);
    if (service == nullptr || !may_start(host)) continue;
    const Instant start = host.last_start + host.delay;
    if (start > now && !is_given_up(number)) {
      host.is_listed = true;
      timed_.emplace(start, number);
      continue;
    }
    Job job{number, service == &host.services[1], std::nullopt, host.last_start};
    host.last_start = now;
    ++host.in_flight;
    if (service->robots == Robots::unknown) {
      service->robots = Robots::asked;
    } else {
      job.page = service->waiting.front();
      service->waiting.pop_front();
      --waiting_;
    }
    list(number);
    return job;
  }
  return std::nullopt;
}

void HostQueues::open(const Job& job, Duration crawl_delay) {
  Host& host = hosts_[job.host];
  host.services[job.is_secure].robots = Robots::known;
  host.delay = std::max(host.delay, crawl_delay);
  list(job.host);
}

void HostQueues::ask_again(const Job& job, Instant at) {
  later_.emplace(at, Later{job.host, job.is_secure, std::nullopt});
}

void HostQueues::done(const Job& job, Outcome outcome) {
  Host& host = hosts_[job.host];
  --host.in_flight;
  switch (outcome) {
    case Outcome::answered:
      host.silent_in_a_row = 0;
      break;
    case Outcome::silent:
      ++host.silent_in_a_row;
      break;
    case Outcome::not_asked:
      host.last_start = job.last_start_before;
      break;
  }
  list(job.host);
}

Instant HostQueues::next_at() const {
  Instant next = Instant::never();
  if (!timed_.empty()) next = timed_.begin()->first;
  if (!later_.empty()) next = std::min(next, later_.begin()->first);
  return next;
}

/// Puts a host that may have something to do into the round, once.
void HostQueues::list(std::size_t number) {
  Host& host = hosts_[number];
  if (host.is_listed || next_service(host) == nullptr || !may_start(host)) return;
  host.is_listed = true;
  ready_.push_back(number);
}

/// What was to wait until now.
void HostQueues::wake(Instant now) {
  while (!timed_.empty() && timed_.begin()->first <= now) {
    ready_.push_back(timed_.begin()->second);
    timed_.erase(timed_.begin());
  }
  while (!later_.empty() && later_.begin()->first <= now) {
    const Later later = later_.begin()->second;
    later_.erase(later_.begin());
    Service& service = hosts_[later.host].services[later.is_secure];
    if (later.page) {
      service.waiting.push_front(*later.page);
    } else {
      service.robots = Robots::unknown;
    }
    list(later.host);
  }
}

bool HostQueues::may_start(const Host& host) const {
  const std::size_t most = host.silent_in_a_row >= kSuspectAfter ? 1 : options_.per_host;
  return host.in_flight < most;
}

/// The one that has something to fetch; of two the one whose URL was found first.
HostQueues::Service* HostQueues::next_service(Host& host) {
  Service* next = nullptr;
  for (Service& service : host.services) {
    if (service.waiting.empty() || service.robots == Robots::asked) continue;
    if (next == nullptr || service.waiting.front() < next->waiting.front()) next = &service;
  }
  return next;
}

}  // namespace rill::crawler
