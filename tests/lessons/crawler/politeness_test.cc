// The crawler among several hosts, in virtual time: robots.txt, how many requests at a time, how
// close together, and what a dead host costs the others. Judged by what the servers saw.
#include <algorithm>
#include <deque>

#include "tests/lessons/crawler/crawled.h"
#include "tests/testing/property.h"

namespace rill::testing {
namespace {

using crawler::CrawlOptions;

TEST_CASE("robots.txt is asked for first, once, and kept to") {
  ScriptedOrigin origin;
  origin.on("/robots.txt", {send(page("User-agent: other\nDisallow: /\n\nUser-agent: Rill-Crawler\n"
                                      "Disallow: /private\nAllow: /private/but-this\n"))});
  origin.on("/", {send(links({"/private", "/private/x", "/private/but-this", "/open"}))});
  const Crawled crawled = crawl(origin, {});
  CHECK(origin.requests().front() == "/robots.txt");
  CHECK(origin.count("/robots.txt") == 1);
  CHECK(origin.count("/private") + origin.count("/private/x") == 0);
  CHECK(origin.count("/private/but-this") + origin.count("/open") == 2);
  CHECK(crawled.summary.excluded == 2);
  CHECK_THAT(crawled.report, contains("  excluded   2 by robots.txt\n"));
}

TEST_CASE("a robots.txt that is not there allows everything (RFC 9309 2.3.1.3)") {
  for (const int code : {400, 401, 403, 404, 410}) {
    ScriptedOrigin origin;
    origin.on("/robots.txt", {send(status(code))});
    crawl(origin, {});
    CHECK(origin.count("/") == 1);
  }
}

TEST_CASE("a robots.txt that cannot be read forbids everything, after some tries (2.3.1.4)") {
  const std::vector<Script> scripts = {
      {send(status(503))}, {send(status(429))}, {reset()}, {hang()}, {send("nonsense")}, {close()}};
  for (const Script& script : scripts) {
    ScriptedOrigin origin;
    origin.on("/robots.txt", script);
    const Crawled crawled = crawl(origin, {});
    CHECK(origin.count("/robots.txt") == 3);
    CHECK(origin.count("/") == 0);
    CHECK(crawled.summary.excluded == 1);
    CHECK_THAT(crawled.report, contains("http://site.test/robots.txt cannot be read: "));
  }
}

TEST_CASE("a robots.txt that can be read in the end counts") {
  ScriptedOrigin origin;
  origin.on("/robots.txt", {send(status(503))});
  origin.on("/robots.txt", {send(page("User-agent: *\nDisallow: /no"))});
  origin.on("/", {send(links({"/no", "/yes"}))});
  CHECK(crawl(origin, {}).summary.excluded == 1);
  CHECK(origin.count("/yes") == 1);
}

TEST_CASE("five redirects lead to a robots.txt, a sixth makes it one that is not there (2.3.1.2)") {
  for (const int redirects : {5, 6}) {
    ScriptedOrigin origin;
    std::string from = "/robots.txt";
    for (int i = 0; i < redirects; ++i) {
      const std::string to = "/r" + std::to_string(i);
      origin.on(from, {send(redirect(to))});
      from = to;
    }
    origin.on(from, {send(page("User-agent: *\nDisallow: /"))});
    crawl(origin, {});
    CHECK(origin.count("/") == (redirects == 5 ? 0 : 1));
  }
}

TEST_CASE("a robots.txt without end is read for 500 KiB") {
  ScriptedOrigin origin;
  std::string text = "User-agent: *\nDisallow: /no\n";
  text.resize(1'000'000, '#');
  CrawlOptions options;
  options.most_body_bytes = 10'000;  // of a page
  origin.on("/robots.txt", {send(page(text))});
  origin.on("/", {send(links({"/no"}))});
  CHECK(crawl(origin, options).summary.excluded == 1);
}

TEST_CASE("--ignore-robots does not even ask") {
  ScriptedOrigin origin;
  origin.on("/robots.txt", {send(page("User-agent: *\nDisallow: /"))});
  CrawlOptions options;
  options.obeys_robots = false;
  crawl(origin, options);
  CHECK(origin.requests() == std::vector<std::string>{"/"});
}

// ---- several hosts
// -------------------------------------------------------------------------------

/// Hosts a.test, b.test ...: each with pages that take a while, linked from site.test's start page.
struct Hosts {
  std::deque<ScriptedOrigin> origins;  // the first is site.test
  Simulation simulation;

  Hosts(std::size_t count, int pages, Duration delay) : origins(count) {
    std::vector<std::string> hrefs;
    for (std::size_t host = 0; host < count; ++host) {
      const std::string name =
          host == 0 ? kSite : std::string(1, static_cast<char>('a' + host)) + ".test";
      if (host > 0) simulation.others.emplace_back(name, &origins[host]);
      for (int i = 0; i < pages; ++i) {
        const std::string path = "/" + std::to_string(i);
        origins[host].on(path, {pause(delay), send(html(""))});
        hrefs.push_back("http://" + name + path);
      }
    }
    origins[0].on("/", {send(links(hrefs))});
  }
};

std::size_t most_at_a_time(const std::vector<Served>& served) {
  std::size_t most = 0;
  for (const Served& one : served) {
    std::size_t count = 0;
    for (const Served& other : served) count += other.from <= one.from && one.from < other.to;
    most = std::max(most, count);
  }
  return most;
}

/// Between the arrivals of two requests; Instant::never() if there are none.
Duration closest(const std::vector<Served>& served) {
  std::vector<Instant> arrivals;
  for (const Served& one : served) arrivals.push_back(one.from);
  std::sort(arrivals.begin(), arrivals.end());
  Duration least = seconds(1'000'000);
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    least = std::min(least, arrivals[i] - arrivals[i - 1]);
  }
  return least;
}

RILL_PROPERTY("no host sees more requests at a time, or closer together, than is polite",
              std::uint64_t seed) {
  const auto hosts = *rc::gen::inRange<std::size_t>(1, 4);
  Hosts world(hosts, *rc::gen::inRange(1, 7), milliseconds(*rc::gen::inRange(0, 80)));
  world.simulation.seed = seed;
  world.simulation.is_rough = *rc::gen::arbitrary<bool>();
  CrawlOptions options;
  options.concurrency = *rc::gen::inRange<std::size_t>(1, 9);
  options.per_host = *rc::gen::inRange<std::size_t>(1, 4);
  options.delay = milliseconds(*rc::gen::element(0, 50, 200));
  options.scope.spans_hosts = true;
  const auto crawl_delay = *rc::gen::inRange(0, 2);
  if (crawl_delay > 0) {
    world.origins.back().on("/robots.txt", {send(page("User-agent: *\nCrawl-delay: 1"))});
  }
  crawl(world.origins.front(), options, world.simulation);
  for (const ScriptedOrigin& origin : world.origins) {
    const bool is_slow = crawl_delay > 0 && &origin == &world.origins.back();
    const Duration delay = is_slow ? std::max(options.delay, seconds(1)) : options.delay;
    // From request to request. On the way to the server a new connection costs the first of two the
    // look-up of the name and a handshake, 2 ms each, which the second, on a kept one, does not
    // have; rough steps take 5 us each.
    RC_ASSERT(closest(origin.served()) + milliseconds(5) >= delay);
    RC_ASSERT(most_at_a_time(origin.served()) <= options.per_host);
    for (const Served& served : origin.served()) RC_ASSERT(origin.count(served.target) == 1u);
  }
}

TEST_CASE("hosts are crawled side by side, each at its own pace") {
  Hosts world(3, 10, milliseconds(10));
  world.origins[1].on("/robots.txt", {send(page("User-agent: *\nCrawl-delay: 5"))});
  CrawlOptions options;
  options.scope.hosts = {"b.test", "c.test"};
  const Crawled crawled = crawl(world.origins.front(), options, world.simulation);
  CHECK(crawled.summary.pages == 31);
  CHECK(crawled.elapsed > seconds(50));
  CHECK(world.origins[0].served().back().to < Instant{seconds(1).ns});
  CHECK(world.origins[2].served().back().to < Instant{seconds(1).ns});
  CHECK_THAT(crawled.report, contains("    b.test     10 URLs, 0 broken, median "));
}

TEST_CASE("other hosts are left alone unless they are named") {
  Hosts world(2, 3, {});
  const Crawled crawled = crawl(world.origins.front(), {}, world.simulation);
  CHECK(world.origins[1].requests().empty());
  CHECK(crawled.summary.pages == 4);
}

/// When site.test was done with, beside a host that answers nothing.
Instant end_beside(bool is_dead, const std::function<void(simnet::Network&)>& kill, bool obeys) {
  Hosts world(2, 40, milliseconds(20));
  if (is_dead) world.simulation.prepare = kill;
  CrawlOptions options;
  options.concurrency = 4;
  options.per_host = 3;
  options.obeys_robots = obeys;
  options.page_deadline = seconds(2);
  options.scope.spans_hosts = true;
  if (is_dead && !obeys) options.concurrency = 6;
  crawl(world.origins.front(), options, world.simulation);
  return world.origins.front().served().back().to;
}

TEST_CASE("a dead host does not lower the rate of the others (C11)") {
  const auto lost = [](simnet::Network& network) {  // as behind a firewall that says nothing
    simnet::NameOptions silence;
    silence.answer = simnet::NameOptions::Answer::silence;
    network.add_name("b.test", {network.address(1)}, silence);
  };
  const Instant alone = end_beside(false, {}, true);
  CHECK(end_beside(true, lost, true) < Instant{alone.ns + milliseconds(200).ns});
  CHECK(end_beside(true, lost, false) < Instant{alone.ns + milliseconds(200).ns});
}

TEST_CASE("a host that died is given up, and its pages are reported as broken") {
  Hosts world(2, 40, milliseconds(20));
  world.simulation.prepare = [](simnet::Network& network) {
    network.add_name("b.test", {network.address(2)});  // the client itself, where nobody listens
  };
  CrawlOptions options;
  options.obeys_robots = false;
  options.retry.most_retries = 0;
  options.scope.spans_hosts = true;
  const Crawled crawled =
      crawl(world.origins.front(), options, world.simulation, "http://site.test/", 50);
  CHECK(crawled.summary.broken == 40);
  CHECK(crawled.summary.pages == 41);
  CHECK_THAT(crawled.report, contains("has not answered 10 times in a row"));
}

}  // namespace
}  // namespace rill::testing
