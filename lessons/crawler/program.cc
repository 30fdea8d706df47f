// See program.h.
#include "lessons/crawler/program.h"

#include "lessons/common/say.h"
#include "lessons/crawler/fetch_list.h"
#include "lessons/crawler/report.h"
#include "lessons/crawler/site.h"
#include "lessons/crawler/ways.h"

namespace rill::crawler {
namespace {

constexpr std::size_t kReportRows = 20;
constexpr std::size_t kBarColumns = 40;

Duration page_deadline(const Choices& choices, const lesson::Settings& settings) {
  if (choices.timeout_ms == 0) return settings.is_real ? kPageDeadline : kSimulatedPageDeadline;
  return milliseconds(static_cast<std::int64_t>(choices.timeout_ms));
}

std::string line_of(const http::Url& url, const Fetched& fetched) {
  Visit visit;
  visit.status = fetched.status;
  visit.body_bytes = fetched.body_bytes;
  visit.elapsed = fetched.elapsed;
  if (fetched.status == 0) visit.fault = http::FetchFault::connection_lost;
  visit.reason = fetched.reason;
  return line_of(url, visit);
}

std::string json_of(const ListResult& result) {
  return "{\"urls\":" + std::to_string(result.ok + result.failed) +
         ",\"ok\":" + std::to_string(result.ok) + ",\"failed\":" + std::to_string(result.failed) +
         ",\"body_bytes\":" + std::to_string(result.body_bytes) +
         ",\"wall_ns\":" + std::to_string(result.elapsed.ns) + "}";
}

}  // namespace

Task<> crawl_site(http::Url start, const Choices& choices, const lesson::Settings& settings) {
  CrawlOptions options;
  options.concurrency = choices.concurrency > 0 ? choices.concurrency : kPoliteConcurrency;
  options.page_deadline = page_deadline(choices, settings);
  options.most_urls = choices.most_urls;
  if (settings.is_real && !settings.is_quiet) {  // the simulation has its story instead
    options.on_visit = [](const Target& target, const Visit& visit) {
      lesson::say(line_of(target.url, visit));
    };
  }
  Crawl crawl(std::move(start), options);
  co_await crawl.run();

  const Visit& first = crawl.visit(0);
  if (crawl.frontier().found() == 1 && first.fault) {
    throw lesson::UsageMistake(crawl.frontier().at(0).url.text() + ": " + first.reason);
  }
  if (settings.is_real) lesson::say("");
  lesson::report(report_of(crawl, kReportRows));
  const CrawlSummary summary = summary_of(crawl);
  if (settings.is_real && summary.broken > 0) {  // the simulated site is broken on purpose
    throw lesson::Failure(std::to_string(summary.broken) + " of " +
                          std::to_string(crawl.frontier().found()) + " URLs are broken");
  }
}

Task<> crawl_list(const Choices& choices, const lesson::Settings& settings) {
  ListOptions options;
  options.concurrency = choices.concurrency > 0 ? choices.concurrency : kListConcurrency;
  options.page_deadline = page_deadline(choices, settings);
  if (!settings.is_quiet) {
    options.on_page = [](const http::Url& url, const Fetched& fetched) {
      lesson::say(line_of(url, fetched));
    };
  }
  const ListResult result = co_await fetch_list(choices.list, std::move(options));
  lesson::report(json_of(result));
  if (result.failed > 0) {
    throw lesson::Failure(std::to_string(result.failed) + " of " +
                          std::to_string(choices.list.size()) + " pages did not come");
  }
}

Task<> compare_ways(const std::string& host, const lesson::Settings& settings) {
  std::vector<http::Url> urls;
  for (const std::string& path : paths_of_100_pages()) {
    urls.push_back(http::Url::parse("http://" + host + path).value());
  }
  std::vector<Way> ways;
  Way sequential = co_await fetch_one_by_one(urls);
  ways.push_back(std::move(sequential));
  if (settings.is_real) {
    ways.push_back(fetch_by_threads(urls));
    ways.push_back(fetch_by_processes(urls));
  } else {
    const std::string note = "real sockets only: ./rill run crawler --real --demo";
    ways.push_back({.name = "threads", .note = note});
    ways.push_back({.name = "processes", .note = note});
  }
  Way coroutines = co_await fetch_by_coroutines(urls);
  ways.push_back(std::move(coroutines));

  lesson::report("  " + std::to_string(urls.size()) + " pages that each take " +
                 std::to_string(kPageDelay.ns / 1'000'000) + " ms, fetched in four ways\n\n" +
                 chart(ways, kBarColumns));
  for (const Way& way : ways) {
    if (way.note.empty() && way.ok < urls.size()) {
      throw lesson::Failure(way.name + ": only " + std::to_string(way.ok) + " of " +
                            std::to_string(urls.size()) + " pages came");
    }
  }
}

}  // namespace rill::crawler
