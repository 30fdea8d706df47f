// The log of a crawl: what is written is read, every beginning is a log, and others are refused.
#include "lessons/crawler/crawl_log.h"

#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using crawler::CrawlOptions;
using crawler::OtherCrawl;
using crawler::read_log;
using crawler::ReadLog;
using crawler::Target;
using crawler::Visit;

http::Url url(std::string_view text) { return http::Url::parse(text).value(); }
const http::Url kStart = url("http://a.test/");

std::string header() { return crawler::log_header(kStart, {}); }

/// Three URLs, two of them done.
std::string sample() {
  Visit first;
  first.status = 302;
  first.tries = 1;
  first.redirect = 1;
  Visit second;
  second.fault = http::FetchFault::timed_out;
  second.reason = "timed out \"here\" \xff";
  second.body_bytes = 1'234'567'890'123;
  second.elapsed = milliseconds(51);
  std::string text = header() + crawler::found_line({.url = kStart});
  text += crawler::found_line(
      {.url = url("http://a.test/b?x=%22"), .found_on = 0, .depth = 1, .redirects = 1});
  text += crawler::done_line(0, first, 10);
  text += crawler::found_line({.url = url("https://b.test/"), .found_on = 1, .depth = 2});
  return text + crawler::done_line(1, second, 30);
}

TEST_CASE("what is written is read") {
  const ReadLog log = read_log(sample(), header());
  CHECK(log.valid_bytes == sample().size());
  CHECK(log.output_bytes == 30);
  CHECK(log.lines_lost == 0);
  REQUIRE(log.history.targets.size() == 3);
  const Target& target = log.history.targets[1];
  CHECK(target.url == url("http://a.test/b?x=%22"));
  CHECK(target.found_on == 0);
  CHECK(target.depth == 1);
  CHECK(target.redirects == 1);
  REQUIRE(log.history.done.size() == 2);
  CHECK(log.history.done[0].second.redirect == 1);
  const Visit& visit = log.history.done[1].second;
  CHECK(log.history.done[1].first == 1);
  CHECK(visit.fault == http::FetchFault::timed_out);
  CHECK(visit.body_bytes == 1'234'567'890'123);
  CHECK(visit.elapsed == milliseconds(51));
  CHECK(visit.is_done);
  CHECK_THAT(visit.reason, contains("\"here\""));
}

TEST_CASE("every beginning of a log is a log, and the torn line is no part of it") {
  const std::string text = sample();
  std::size_t done = 0;
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const ReadLog log = read_log(std::string_view(text).substr(0, length), header());
    const std::size_t last_line = text.substr(0, length).rfind('\n');
    CHECK(log.valid_bytes == (last_line == text.npos ? 0 : last_line + 1));
    CHECK(log.history.done.size() >= done);
    done = log.history.done.size();
  }
  CHECK(done == 2);
}

TEST_CASE("what follows a line that makes no sense is not believed") {
  const std::string begun = header() + crawler::found_line({.url = kStart});
  const std::string end = crawler::done_line(0, {}, 0);
  const std::string lines[] = {
      std::string(40, 'x'),
      "{}",
      "[1]",
      "nonsense",
      R"({"url":"http://a.test/","depth":0})",  // a second time
      R"({"url":"ftp://a.test/","depth":0})",
      R"({"url":"http://a.test/c","from":9,"depth":1})",
      R"({"url":"http://a.test/c","depth":"one"})",
      crawler::done_line(7, {}, 0),
      end + end,
  };
  for (const std::string& line : lines) {
    INFO(line);
    const ReadLog log = read_log(begun + line + "\n" + end, header());
    CHECK(log.lines_lost > 0);
    CHECK(log.valid_bytes >= begun.size());
    CHECK(log.history.done.size() == (line == end + end ? 1 : 0));
  }
}

TEST_CASE("zeros at the end, as a power cut leaves them, are not there") {
  for (const std::size_t length : {std::size_t{0}, std::size_t{7}, sample().size()}) {
    const std::string text = sample().substr(0, length);
    const ReadLog log = read_log(text + std::string(100, '\0'), header());
    CHECK(log.valid_bytes == (length == 7 ? 0 : length));
    CHECK(log.lines_lost == 0);
  }
}

TEST_CASE("the log of another crawl is refused, with what differs") {
  const auto refused = [](const std::string& text) -> std::string {
    try {
      read_log(text, header());
    } catch (const OtherCrawl& error) {
      return error.what();
    }
    return "";
  };
  CrawlOptions deep;
  deep.most_depth = 3;
  CrawlOptions other_robots;
  other_robots.obeys_robots = false;
  CHECK_THAT(refused(crawler::log_header(url("http://b.test/"), {})), contains("http://b.test/"));
  CHECK_THAT(refused(crawler::log_header(kStart, deep)), contains("--depth: 3, now null"));
  CHECK_THAT(refused(crawler::log_header(kStart, other_robots)), contains("--ignore-robots"));
  CHECK_THAT(refused("#!/bin/sh\n"), contains("not the state of a crawl"));
  CHECK_THAT(refused("precious text without an end of line"), contains("not the state of a crawl"));
  CHECK_THAT(refused("{\"rill_crawl\":2}\n"), contains("another version"));
  CHECK(refused(header()).empty());
}

}  // namespace
}  // namespace rill::testing
