// See program.h.
#include "lessons/crawler/program.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <optional>
#include <vector>

#include "lessons/common/say.h"
#include "lessons/common/style.h"
#include "lessons/crawler/crawl_output.h"
#include "lessons/crawler/fetch_list.h"
#include "lessons/crawler/page_json.h"
#include "lessons/crawler/report.h"
#include "lessons/crawler/site.h"
#include "lessons/crawler/ways.h"
#include "net/signal.h"
#include "scheduler/sleep.h"

namespace rill::crawler {
namespace {

constexpr std::size_t kReportRows = 20;
constexpr std::size_t kBarColumns = 32;

Duration timeout_of(const Choices& choices, const lesson::Settings& settings) {
  const bool is_chosen = choices.timeout != Choices().timeout;
  return settings.is_real || is_chosen ? choices.timeout : kSimulatedTimeout;
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    if (end > at) parts.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

/// As hosts of URLs are written, which they are compared with.
std::vector<std::string> host_names(const std::string& list) {
  std::vector<std::string> names = split(list);
  for (std::string& name : names) {
    const auto url = http::Url::parse("http://" + name + "/");
    if (!url || url->text() != "http://" + url->host() + "/") {
      throw lesson::UsageMistake("--hosts wants names such as example.org, not '" + name + "'");
    }
    name = url->host();
  }
  return names;
}

CrawlOptions crawl_options(const Choices& choices, const lesson::Settings& settings) {
  CrawlOptions options;
  if (choices.concurrency > 0) options.concurrency = choices.concurrency;
  options.per_host = choices.per_host;
  options.delay = choices.delay;
  options.most_urls = choices.most_urls;
  if (choices.depth > 0) options.most_depth = static_cast<std::uint32_t>(choices.depth);
  options.retry.most_retries = static_cast<unsigned>(choices.most_retries);
  options.page_deadline = timeout_of(choices, settings);
  options.most_body_bytes = choices.most_body_bytes;
  options.obeys_robots = !choices.ignores_robots;
  options.user_agent = choices.user_agent;
  options.trust = choices.trust;
  options.scope.hosts = host_names(choices.hosts);
  options.scope.spans_hosts = choices.spans_hosts;
  options.scope.include = split(choices.include);
  options.scope.exclude = split(choices.exclude);
  return options;
}

OutputChoices output_choices(const Choices& choices, const lesson::Settings& settings) {
  OutputChoices output;
  output.state_file = choices.state_file;
  output.output_file = choices.output_file;
  output.prints_json = choices.prints_json;
  // The simulation has its story instead.
  output.prints_pages = settings.is_real && !settings.is_quiet && !choices.prints_json;
  output.shows_progress = settings.is_real && !settings.is_quiet;
  return output;
}

/// For people, beside what goes to stdout. Not in the simulation, whose output is the story.
void remark(const lesson::Settings& settings, const std::string& sentence) {
  if (settings.is_real) std::fprintf(stderr, "crawler: %s\n", sentence.c_str());
}

/// Why a crawl ended before its time.
struct Stop {
  int signal = 0;
  bool is_late = false;
};

Task<> stop_on_signal(Crawl& crawl, Stop& stop, const lesson::Settings& settings) {
  stop.signal = co_await signal({SIGINT, SIGTERM});  // a second one ends the process
  crawl.stop(kFinishTime);
  remark(settings, "stops; " + lesson::counted(crawl.in_flight(), "request") +
                       " under way may end within " + to_string(kFinishTime));
}

Task<> stop_when_late(Crawl& crawl, Stop& stop, Duration deadline) {
  co_await sleep(deadline);
  stop.is_late = true;
  crawl.stop({});
}

Task<> run_until_stopped(Crawl& crawl, Stop& stop, const Choices& choices,
                         const lesson::Settings& settings) {
  Group watchers;
  watchers.spawn(stop_on_signal(crawl, stop, settings)).named("signal");
  if (choices.deadline > Duration()) {
    watchers.spawn(stop_when_late(crawl, stop, choices.deadline)).named("deadline");
  }
  co_await crawl.run();
}

/// How it went, as an exit code; see --help.
void judge(const Crawl& crawl, const Stop& stop, const Choices& choices,
           const lesson::Settings& settings) {
  const CrawlSummary summary = summary_of(crawl);
  const std::string rest = lesson::counted(summary.waiting, "URL") + " not fetched" +
                           (choices.state_file.empty() ? "" : "; the same command goes on");
  if (stop.signal != 0) throw lesson::Failure("stopped: " + rest, 128 + stop.signal);
  if (stop.is_late && summary.waiting > 0) {
    throw lesson::Failure("the deadline of " + to_string(choices.deadline) +
                          " came first: " + rest);
  }
  if (settings.is_real && summary.broken > 0) {  // the simulated site is broken on purpose
    throw lesson::Failure(std::to_string(summary.broken) + " of " +
                          std::to_string(crawl.frontier().found()) + " URLs are broken");
  }
}

Task<> crawl_and_report(const http::Url& start, const Choices& choices,
                        const lesson::Settings& settings, bool& has_begun) {
  const CrawlOptions options = crawl_options(choices, settings);
  CrawlOutput output(output_choices(choices, settings), start, options);
  if (choices.ignores_robots) {
    remark(settings, "--ignore-robots: make sure that the owners of these sites agree");
  }
  if (!output.greeting().empty()) remark(settings, output.greeting());
  Crawl crawl(start, options, &output, &output.history());
  output.begin(crawl);
  has_begun = true;
  Stop stop;
  co_await run_until_stopped(crawl, stop, choices, settings);
  output.end();

  const Visit& first = crawl.visit(0);
  if (crawl.frontier().found() == 1 && first.is_done && (first.fault || first.is_excluded)) {
    output.forget();
    throw lesson::UsageMistake(start.text() + ": " + first.reason);
  }
  if (choices.prints_json) {
    const std::string line = summary_line(crawl);
    lesson::report(line.substr(0, line.size() - 1));
  } else {
    if (settings.is_real) lesson::say("");
    lesson::report(report_of(crawl, kReportRows));
  }
  judge(crawl, stop, choices, settings);
}

std::string line_of(const http::Url& url, const Fetched& fetched) {
  Visit visit;
  visit.status = static_cast<std::int16_t>(fetched.status);
  visit.body_bytes = fetched.body_bytes;
  visit.elapsed = fetched.elapsed;
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
  std::string failure;
  bool has_begun = false;
  try {
    co_await crawl_and_report(start, choices, settings, has_begun);
  } catch (const AppendFileError& error) {
    failure = error.what();
  } catch (const OtherCrawl& error) {
    failure = error.what();
  }
  if (failure.empty()) co_return;
  if (has_begun) throw lesson::Failure(failure);
  throw lesson::UsageMistake(failure);
}

Task<> crawl_list(const Choices& choices, const lesson::Settings& settings) {
  ListOptions options;
  options.concurrency = choices.concurrency > 0 ? choices.concurrency : kListConcurrency;
  options.page_deadline = timeout_of(choices, settings);
  options.most_body_bytes = choices.most_body_bytes;
  options.user_agent = choices.user_agent;
  options.trust = choices.trust;
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
  Way sequential = co_await fetch_one_by_one(urls, settings.is_real);
  ways.push_back(std::move(sequential));
  if (settings.is_real) {
    ways.push_back(fetch_by_threads(urls));
    ways.push_back(fetch_by_processes(urls));
  } else {
    std::ranges::move(ways_not_simulated(urls.size()), std::back_inserter(ways));
  }
  Way coroutines = co_await fetch_by_coroutines(urls, settings.is_real);
  ways.push_back(std::move(coroutines));

  lesson::report("  " + std::to_string(urls.size()) + " pages that take " +
                 std::to_string(kPageDelay.ns / 1'000'000) + " ms each, fetched in four ways\n\n" +
                 chart(ways, kBarColumns));
  for (const Way& way : ways) {
    if (way.note.empty() && way.ok < urls.size()) {
      throw lesson::Failure(way.name + ": only " + std::to_string(way.ok) + " of " +
                            std::to_string(urls.size()) + " pages came");
    }
  }
}

}  // namespace rill::crawler
