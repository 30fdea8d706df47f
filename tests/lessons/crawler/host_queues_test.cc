// Which URL comes next: limits, delays, turns, robots.txt first - told the time, without a network.
#include "lessons/crawler/host_queues.h"

#include <map>

#include "tests/testing/property.h"

namespace rill::testing {
namespace {

using crawler::HostQueues;
using Outcome = HostQueues::Outcome;

http::Url url(const std::string& text) { return http::Url::parse("http://" + text).value(); }

HostQueues::Options without_robots(std::size_t per_host, Duration delay = {}) {
  return {per_host, delay, /*asks_robots=*/false};
}

/// What take() gives until it gives nothing.
std::vector<HostQueues::Job> take_all(HostQueues& queues, Instant now = {}) {
  std::vector<HostQueues::Job> jobs;
  while (auto job = queues.take(now)) jobs.push_back(*job);
  return jobs;
}

TEST_CASE("hosts take turns, and within one the first found comes first") {
  HostQueues queues(without_robots(3));
  for (std::uint32_t i = 0; i < 3; ++i) queues.add(url("a.test/"), i);
  for (std::uint32_t i = 3; i < 6; ++i) queues.add(url("b.test/"), i);
  std::vector<std::uint32_t> order;
  for (const auto& job : take_all(queues)) order.push_back(*job.page);
  CHECK(order == std::vector<std::uint32_t>{0, 3, 1, 4, 2, 5});
}

TEST_CASE("robots.txt comes before the pages of its service, and holds up nobody else") {
  HostQueues queues({6, {}, true});
  queues.add(url("a.test/"), 0);
  queues.add(url("a.test/x"), 1);
  queues.add(url("b.test/"), 2);
  queues.add(http::Url::parse("https://a.test/").value(), 3);
  auto jobs = take_all(queues);
  REQUIRE(jobs.size() == 3);  // a by http, b, a by https
  for (const auto& job : jobs) CHECK_FALSE(job.page);
  queues.done(jobs[1], Outcome::answered);
  queues.open(jobs[1], {});
  const auto next = take_all(queues);
  REQUIRE(next.size() == 1);
  CHECK(next[0].page == 2);
}

TEST_CASE("http and https of a host share its limit") {
  HostQueues queues(without_robots(1));
  queues.add(url("a.test/"), 0);
  queues.add(http::Url::parse("https://a.test/").value(), 1);
  CHECK(take_all(queues).size() == 1);
}

TEST_CASE("a Crawl-delay counts if it is the longer one") {
  HostQueues queues({6, milliseconds(100), true});
  queues.add(url("a.test/"), 0);
  const auto robots = queues.take({});
  queues.done(*robots, Outcome::answered);
  queues.open(*robots, seconds(2));
  CHECK_FALSE(queues.take(Instant{seconds(1).ns}));
  CHECK(queues.next_at() == Instant{seconds(2).ns});
  CHECK(queues.take(Instant{seconds(2).ns}));
}

TEST_CASE("what nobody was asked for costs no delay") {
  HostQueues queues(without_robots(1, seconds(1)));
  queues.add(url("a.test/"), 0);
  queues.add(url("a.test/x"), 1);
  const auto first = queues.take({});
  queues.done(*first, Outcome::not_asked);
  CHECK(queues.take({}));
}

TEST_CASE("a host that is silent gets one request at a time, then none") {
  HostQueues queues(without_robots(4));
  for (std::uint32_t i = 0; i < 40; ++i) queues.add(url("a.test/"), i);
  for (const auto& job : take_all(queues)) queues.done(job, Outcome::silent);
  for (unsigned silent = 4; silent < HostQueues::kGiveUpAfter; ++silent) {
    const auto jobs = take_all(queues);
    REQUIRE(jobs.size() == 1);
    CHECK_FALSE(queues.is_given_up(jobs[0].host));
    queues.done(jobs[0], Outcome::silent);
  }
  CHECK(queues.is_given_up(0));
}

TEST_CASE("what is to come later comes then") {
  HostQueues queues(without_robots(4));
  queues.add_later(url("a.test/"), 7, Instant{50});
  CHECK_FALSE(queues.is_empty());
  CHECK_FALSE(queues.take(Instant{49}));
  CHECK(queues.next_at() == Instant{50});
  CHECK(queues.take(Instant{50})->page == 7);
  CHECK(queues.is_empty());
}

RILL_PROPERTY("no host is asked too often or too soon, and everything is taken once",
              std::uint64_t seed) {
  const auto per_host = *rc::gen::inRange<std::size_t>(1, 4);
  const Duration delay(*rc::gen::inRange<std::int64_t>(0, 30));
  HostQueues queues({per_host, delay, *rc::gen::arbitrary<bool>()});
  std::uint64_t state = seed;
  const auto draw = [&state](std::uint64_t below) {  // as long as it takes: not for rapidcheck
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % below;
  };
  std::map<std::size_t, std::size_t> in_flight;
  std::map<std::size_t, Instant> last_start;
  std::map<std::uint32_t, int> taken;
  std::vector<HostQueues::Job> jobs;
  Instant now;
  std::uint32_t found = 0;
  const int steps = *rc::gen::inRange(0, 200);
  for (int i = 0; i < steps || !queues.is_empty() || !jobs.empty(); ++i) {
    const std::uint64_t what = draw(4);
    if (what == 0 && i < steps) {
      const std::string host(1, static_cast<char>('a' + draw(3)));
      queues.add(url(host + ".test/"), found++);
    } else if (what == 1 && !jobs.empty()) {
      const std::size_t at = draw(jobs.size());
      const HostQueues::Job job = jobs[at];
      jobs.erase(jobs.begin() + static_cast<std::ptrdiff_t>(at));
      --in_flight[job.host];
      queues.done(job, Outcome::answered);
      if (!job.page) queues.open(job, {});
    } else if (const auto job = queues.take(now)) {
      if (last_start.contains(job->host)) RC_ASSERT(now >= last_start[job->host] + delay);
      last_start[job->host] = now;
      RC_ASSERT(++in_flight[job->host] <= per_host);
      if (job->page) RC_ASSERT(++taken[*job->page] == 1);
      jobs.push_back(*job);
    } else {
      RC_ASSERT(queues.is_empty() || !jobs.empty() || queues.next_at() != Instant::never());
      now = now + Duration(1);
    }
  }
  RC_ASSERT(taken.size() == found);
}

}  // namespace
}  // namespace rill::testing
