// The crawler on any site: what it must reach, how often it asks, how many at a time, how long it
// may take. The site knows the answers by itself (link_graph.h).
#include <algorithm>

#include "lessons/crawler/crawl.h"
#include "lessons/crawler/fetch_list.h"
#include "tests/lessons/crawler/link_graph.h"
#include "tests/testing/property.h"

namespace rill::testing {
namespace {

using crawler::Crawl;
using crawler::CrawlOptions;
using crawler::kNobody;
using crawler::Target;

constexpr Duration kPageDeadline = milliseconds(700);

/// What a run leaves to look at.
struct Crawled {
  std::size_t most_in_flight = 0;
  Duration elapsed;
  Duration work;           ///< of all pages together
  Duration longest_chain;  ///< of pages of which each was found on the one before
  std::size_t broken = 0;
};

Crawled summary(const Crawl& crawl) {
  Crawled crawled;
  crawled.most_in_flight = crawl.most_in_flight();
  crawled.elapsed = crawl.elapsed();
  std::vector<Duration> chain(crawl.frontier().found());
  for (std::size_t i = 0; i < chain.size(); ++i) {  // a page is found after the one it is found on
    const Target& target = crawl.frontier().at(i);
    chain[i] = crawl.visit(i).elapsed;
    if (target.found_on != kNobody) chain[i] += chain[target.found_on];
    crawled.longest_chain = std::max(crawled.longest_chain, chain[i]);
    crawled.work += crawl.visit(i).elapsed;
    crawled.broken += crawl.visit(i).is_broken();
  }
  return crawled;
}

Crawled crawl_graph(ScriptedOrigin& origin, const Simulation& simulation, std::size_t workers) {
  Crawled crawled;
  simulate(origin, simulation, [&]() -> Task<> {
    CrawlOptions options;
    options.concurrency = options.per_host = workers;
    options.page_deadline = kPageDeadline;
    options.obeys_robots = false;
    options.retry.most_retries = 0;
    Crawl crawl(http::Url::parse("http://site.test").value(), options);
    co_await crawl.run();
    crawled = summary(crawl);
  });
  return crawled;
}

std::set<std::string> as_set(const std::vector<std::string>& list) {
  return {list.begin(), list.end()};
}

RILL_PROPERTY("every page that can be reached is fetched, once, and no other", std::uint64_t seed,
              bool is_rough) {
  const LinkGraph graph = any_graph(14);
  const auto workers = *rc::gen::inRange<std::size_t>(1, 9);
  RC_LOG() << graph << "\n" << workers << " workers\n";
  ScriptedOrigin origin;
  graph.put_on(origin);
  crawl_graph(origin, {seed, is_rough}, workers);
  RC_ASSERT(as_set(origin.requests()) == graph.reachable());
  RC_ASSERT(origin.requests().size() == graph.reachable().size());
}

RILL_PROPERTY("never more pages are in flight than workers were allowed", std::uint64_t seed,
              bool is_rough) {
  const LinkGraph graph = any_graph(14);
  RC_PRE(!graph.has(GraphPage::Kind::hang));  // the server notices the client's deadline later
  const auto workers = *rc::gen::inRange<std::size_t>(1, 5);
  RC_LOG() << graph << "\n" << workers << " workers\n";
  ScriptedOrigin origin;
  graph.put_on(origin);
  const Crawled crawled = crawl_graph(origin, {seed, is_rough}, workers);
  RC_ASSERT(crawled.most_in_flight <= workers);
  RC_ASSERT(origin.most_in_flight() <= workers);
}

// Graham's bound for list scheduling: whenever a worker has nothing to do, the page at the end of
// the longest chain, or one that leads to it, is being fetched.
RILL_PROPERTY("it takes no longer than the work shared by the workers and the longest chain",
              std::uint64_t seed) {
  const LinkGraph graph = any_graph(14);
  const auto workers = *rc::gen::inRange<std::int64_t>(1, 9);
  RC_LOG() << graph << "\n" << workers << " workers\n";
  ScriptedOrigin origin;
  graph.put_on(origin);
  const Crawled crawled =
      crawl_graph(origin, {seed, /*is_rough=*/false}, static_cast<std::size_t>(workers));
  RC_ASSERT(crawled.elapsed <= crawled.work / workers + crawled.longest_chain);
  RC_ASSERT(crawled.longest_chain <= crawled.elapsed);
}

RILL_PROPERTY("the same seed crawls in the same order and time", std::uint64_t seed) {
  const LinkGraph graph = any_graph(10);
  ScriptedOrigin first, second;
  graph.put_on(first);
  graph.put_on(second);
  const Crawled one = crawl_graph(first, {seed, /*is_rough=*/true}, 3);
  const Crawled two = crawl_graph(second, {seed, /*is_rough=*/true}, 3);
  RC_ASSERT(first.requests() == second.requests());
  RC_ASSERT(one.elapsed == two.elapsed);
}

RILL_PROPERTY("a list is fetched whole, each URL as often as it stands there", std::uint64_t seed,
              bool is_rough) {
  const auto numbers =
      *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 12));
  const auto workers = *rc::gen::inRange<std::size_t>(1, 20);
  ScriptedOrigin origin;
  std::vector<http::Url> urls;
  for (const std::size_t number : numbers) {
    urls.push_back(http::Url::parse("http://site.test/" + std::to_string(number)).value());
  }
  for (std::size_t i = 0; i < 12; i += 2) {  // the odd ones are missing
    origin.on("/" + std::to_string(i), {pause(milliseconds(20)), send(page("abc"))});
  }
  crawler::ListResult result;
  simulate(origin, {seed, is_rough}, [&]() -> Task<> {
    crawler::ListOptions options;
    options.concurrency = workers;
    result = co_await crawler::fetch_list(urls, std::move(options));
  });
  const auto is_there = [](std::size_t number) { return number % 2 == 0; };
  const auto there =
      static_cast<std::size_t>(std::count_if(numbers.begin(), numbers.end(), is_there));
  RC_ASSERT(result.ok == there);
  RC_ASSERT(result.failed == numbers.size() - there);
  RC_ASSERT(result.body_bytes == 3 * there);
  RC_ASSERT(origin.requests().size() == numbers.size());
  RC_ASSERT(origin.most_in_flight() <= workers);
}

}  // namespace
}  // namespace rill::testing
