// A crawl that is killed at any moment and goes on: all of it is done in the end, nothing that was
// done is fetched again, and each page stands in the output once. With real files.
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "lessons/crawler/crawl_output.h"
#include "lessons/crawler/report.h"
#include "scheduler/sleep.h"
#include "scheduler/spawn.h"
#include "tests/lessons/crawler/link_graph.h"
#include "tests/testing/property.h"

namespace rill::testing {
namespace {

using crawler::AppendFileError;
using crawler::Crawl;
using crawler::CrawlOptions;
using crawler::CrawlOutput;
using crawler::OtherCrawl;
using crawler::OutputChoices;

namespace fs = std::filesystem;

const http::Url kStart = http::Url::parse("http://site.test/").value();

struct Files {
  std::string state, output;

  Files() {
    const char* tmp = std::getenv("TEST_TMPDIR");
    const std::string folder = tmp == nullptr ? "/tmp" : tmp;
    state = folder + "/crawl.state";
    output = folder + "/crawl.json";
    fs::remove(state);
    fs::remove(output);
  }
  OutputChoices choices() const {
    OutputChoices choices;
    choices.state_file = state;
    choices.output_file = output;
    return choices;
  }
};

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// How often each URL stands in the output, and what it says about it but for the time.
std::map<std::string, std::vector<std::string>> pages_in(const std::string& path) {
  std::map<std::string, std::vector<std::string>> pages;
  std::istringstream lines(text_of(path));
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json json = nlohmann::json::parse(line);
    const bool has_fault = json.contains("fault");
    pages[json.at("url")].push_back(json.at("status").dump() + " " +
                                    (has_fault ? "" : json.at("bytes").dump()));
  }
  return pages;
}

CrawlOptions options_of(const Files&) {
  CrawlOptions options;
  options.page_deadline = milliseconds(300);
  options.concurrency = options.per_host = 3;
  options.retry.most_retries = 0;
  return options;
}

/// One sitting; killed after `life`, unless it ends before.
void sit(ScriptedOrigin& origin, const Simulation& simulation, const Files& files, Duration life) {
  simulate(origin, simulation, [&]() -> Task<> {
    TaskRef crawling = spawn([&files]() -> Task<> {
      const CrawlOptions options = options_of(files);
      CrawlOutput output(files.choices(), kStart, options);
      Crawl crawl(kStart, options, &output, &output.history());
      output.begin(crawl);
      co_await crawl.run();
      output.end();
    });
    co_await sleep(life);
    co_await kill(crawling);
  });
}

/// The URLs that the state says are done.
std::set<std::string> done_in(const Files& files) {
  const auto log =
      crawler::read_log(text_of(files.state), crawler::log_header(kStart, options_of(files)));
  std::set<std::string> done;
  for (const auto& [number, visit] : log.history.done) {
    if (visit.tries > 0) done.insert(log.history.targets[number].url.target());
  }
  return done;
}

RILL_PROPERTY("killed at any moment, also in the middle of a line, it comes to the same",
              std::uint64_t seed) {
  const LinkGraph graph = any_graph(14);
  RC_LOG() << graph << "\n";
  const Simulation simulation{seed, *rc::gen::arbitrary<bool>()};
  ScriptedOrigin whole_origin;
  graph.put_on(whole_origin);
  const Files whole;
  sit(whole_origin, simulation, whole, seconds(100));
  const auto expected = pages_in(whole.output);

  const Files files;
  for (int sitting = 0;; ++sitting) {
    ScriptedOrigin origin;  // does not remember who has asked before
    graph.put_on(origin);
    const std::set<std::string> done = done_in(files);
    const bool is_last = sitting == 6;
    sit(origin, simulation, files,
        is_last ? seconds(100) : milliseconds(*rc::gen::inRange(0, 400)));
    for (const std::string& target : origin.requests()) RC_ASSERT(!done.contains(target));
    if (is_last) break;
    if (*rc::gen::inRange(0, 3) == 0 && fs::exists(files.state)) {  // as a power cut may leave it
      const auto size = static_cast<std::int64_t>(fs::file_size(files.state));
      const auto lost = *rc::gen::inRange<std::int64_t>(0, std::min<std::int64_t>(size, 300) + 1);
      fs::resize_file(files.state, static_cast<std::uintmax_t>(size - lost));
      if (*rc::gen::arbitrary<bool>())
        fs::resize_file(files.state, static_cast<std::uintmax_t>(size));
    }
  }
  RC_ASSERT(pages_in(files.output) == expected);
}

TEST_CASE("a crawl that is done does nothing when it is started again") {
  const Files files;
  ScriptedOrigin origin;
  origin.on("/", {send(page("<a href=/a>", "Content-Type: text/html\r\n"))});
  sit(origin, {}, files, seconds(100));
  const std::string state = text_of(files.state), output = text_of(files.output);
  ScriptedOrigin again;
  sit(again, {}, files, seconds(100));
  CHECK(again.requests().empty());
  CHECK(text_of(files.state) == state);
  CHECK(text_of(files.output) == output);
}

TEST_CASE("a state that is another's, or somebody's, or cannot be, is refused in a sentence") {
  const Files files;
  const auto refused = [&](OutputChoices choices, const CrawlOptions& options) -> std::string {
    try {
      const CrawlOutput output(choices, kStart, options);
    } catch (const OtherCrawl& error) {
      return error.what();
    } catch (const AppendFileError& error) {
      return error.what();
    }
    return "";
  };
  CrawlOptions other;
  other.most_urls = 5;
  CHECK(refused(files.choices(), {}).empty());
  CHECK_THAT(refused(files.choices(), other),
             contains("crawl.state was begun with another --limit"));
  {
    const CrawlOutput open(files.choices(), kStart, {});
    CHECK_THAT(refused(files.choices(), {}), contains("in use by another crawl"));
  }
  OutputChoices nowhere;
  nowhere.state_file = "/no/such/folder/state";
  CHECK_THAT(refused(nowhere, {}),
             contains("/no/such/folder/state cannot be opened: No such file"));
}

TEST_CASE("a full disk ends the crawl in a sentence") {
  ScriptedOrigin origin;
  OutputChoices choices;
  choices.output_file = "/dev/full";
  std::string sentence;
  simulate(origin, {}, [&]() -> Task<> {
    CrawlOutput output(choices, kStart, {});
    Crawl crawl(kStart, {}, &output);
    output.begin(crawl);
    try {
      co_await crawl.run();
    } catch (const AppendFileError& error) {
      sentence = error.what();
    }
  });
  CHECK(sentence == "/dev/full cannot be written: No space left on device");
}

}  // namespace
}  // namespace rill::testing
