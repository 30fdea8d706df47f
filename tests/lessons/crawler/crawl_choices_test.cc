// What a crawl is told: which links count, how deep, how often again, when to stop.
#include "scheduler/group.h"
#include "scheduler/sleep.h"
#include "tests/http/coded.h"
#include "tests/lessons/crawler/crawled.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using crawler::Crawl;
using crawler::CrawlOptions;
using Texts = std::set<std::string>;

TEST_CASE("what owners of pages ask not to be followed is not; canonical and refresh are edges") {
  ScriptedOrigin origin;
  origin.on("/", {send(html("<link rel=canonical href=/c><a rel='ugc nofollow' href=/no1>"
                            "<meta http-equiv=refresh content='0; url=/r'><a href=/quiet>"))});
  origin.on("/quiet", {send(html("<meta name=robots content='noindex,nofollow'><a href=/no2>"))});
  const Crawled crawled = crawl(origin);
  CHECK(crawled.found == Texts{"http://site.test/", "http://site.test/c", "http://site.test/r",
                               "http://site.test/quiet"});
  CHECK(crawled.links.nofollow == 2);
}

TEST_CASE("session numbers make no new URLs, and paths that repeat themselves none at all (C7)") {
  ScriptedOrigin origin;
  origin.on("/", {send(links({"/a?PHPSESSID=0123456789abcdef&x=1", "/a?x=1&phpsessid=ff",
                              "/a;jsessionid=AB12?x=1", "/a?x=1&sid=0123456789abcdef0123",
                              "/a/b/a/b/a/b/a/b", "/c/c/c/c", "/c/c/c", "/b?sid=12&"}))});
  const Crawled crawled = crawl(origin);
  CHECK(crawled.found == Texts{"http://site.test/", "http://site.test/a?x=1",
                               "http://site.test/c/c/c", "http://site.test/b?sid=12&"});
  CHECK(crawled.links.endless == 2);
}

TEST_CASE("a relative link that is wrong on every page comes to an end (C7)") {
  ScriptedOrigin origin;
  std::string path = "/";
  for (int i = 0; i < 20; ++i) {
    origin.on(path, {send(links({"x/y/"}))});
    path += "x/y/";
  }
  CHECK(crawl(origin).found.size() == 4);
}

TEST_CASE("--depth counts links by the shortest way, whatever is found first") {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6, 7, 8}) {
    ScriptedOrigin origin;  // the long way to /end is the quick one
    origin.on("/", {send(links({"/slow", "/quick"}))});
    origin.on("/quick", {send(links({"/quick2"}))});
    origin.on("/quick2", {send(links({"/end"}))});
    origin.on("/slow", {pause(milliseconds(200)), send(links({"/end"}))});
    origin.on("/end", {send(links({"/last"}))});
    origin.on("/last", {send(links({"/too-far"}))});
    CrawlOptions options = plain();
    options.most_depth = 3;
    const Crawled crawled = crawl(origin, options, {seed, /*is_rough=*/true});
    CHECK(crawled.found.contains("http://site.test/last"));
    CHECK(crawled.links.too_deep == 1);
  }
}

TEST_CASE("a start page that is redirected costs no depth") {
  ScriptedOrigin origin;
  origin.on("/", {send(redirect("/home"))});
  origin.on("/home", {send(links({"/a"}))});
  origin.on("/a", {send(links({"/b"}))});
  CrawlOptions options = plain();
  options.most_depth = 1;
  CHECK(crawl(origin, options).found ==
        Texts{"http://site.test/", "http://site.test/home", "http://site.test/a"});
}

TEST_CASE("--include and --exclude choose by path") {
  ScriptedOrigin origin;
  origin.on("/", {send(links({"/docs/a", "/docs/b.pdf", "/other"}))});
  CrawlOptions options = plain();
  options.scope.include = {"/docs/"};
  options.scope.exclude = {"/*.pdf$"};
  const Crawled crawled = crawl(origin, options);
  CHECK(crawled.found == Texts{"http://site.test/", "http://site.test/docs/a"});
  CHECK(crawled.links.unwanted == 2);
}

TEST_CASE("a page that fails for a while is asked for again, later each time") {
  ScriptedOrigin origin;
  origin.on("/", {send(links({"/flaky", "/gone"}))});
  origin.on("/flaky", {reset()});
  origin.on("/flaky", {send("HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n")});
  origin.on("/flaky", {send(links({"/behind"}))});
  origin.on("/behind", {send(html(""))});
  CrawlOptions options = plain();
  options.retry.most_retries = 2;
  const Crawled crawled = crawl(origin, options);
  CHECK(origin.count("/flaky") == 3);
  CHECK(origin.count("/gone") == 1);  // a 404 will not pass
  CHECK(crawled.summary.pages == 3);
  CHECK(crawled.summary.broken == 1);
}

TEST_CASE("a server that says when is believed, up to a limit") {
  for (const int wait_seconds : {7, 3600}) {
    ScriptedOrigin origin;
    origin.on("/", {send("HTTP/1.1 503 X\r\nContent-Length: 0\r\nRetry-After: " +
                         std::to_string(wait_seconds) + "\r\n\r\n")});
    origin.on("/", {send(html(""))});
    CrawlOptions options = plain();
    options.retry.most_retries = 1;
    const Crawled crawled = crawl(origin, options);
    CHECK(crawled.summary.pages == (wait_seconds == 7 ? 1 : 0));
    CHECK((crawled.elapsed >= seconds(7)) == (wait_seconds == 7));
  }
}

TEST_CASE("links are found in pages that are compressed") {
  ScriptedOrigin origin;
  const std::string body = "<a href=/a>" + std::string(5'000, '.') + "<a href=/b>";
  origin.on(
      "/", {send(page(http::gzip(body), "Content-Type: text/html\r\nContent-Encoding: gzip\r\n"))});
  const Crawled crawled = crawl(origin, plain());
  CHECK(crawled.found == Texts{"http://site.test/", "http://site.test/a", "http://site.test/b"});
  CHECK(crawled.summary.decoded_bytes == body.size());
  CHECK(crawled.summary.body_bytes == http::gzip(body).size());
}

TEST_CASE("a crawl that is stopped ends what is under way, and says what waits") {
  ScriptedOrigin origin;
  origin.on("/", {send(links({"/a", "/b", "/hang"}))});
  for (const char* path : {"/a", "/b"}) {
    origin.on(path, {pause(milliseconds(50)), send(links({"/never"}))});
  }
  origin.on("/hang", {hang()});
  simulate(origin, {}, [&]() -> Task<> {
    Crawl crawl(http::Url::parse("http://site.test/").value(), plain());
    Group group;
    group.spawn([&crawl]() -> Task<> { co_await crawl.run(); });
    co_await sleep(milliseconds(30));
    crawl.stop(seconds(1));
    co_await group.wait();
    CHECK(crawler::summary_of(crawl).pages == 3);
    CHECK(crawler::summary_of(crawl).waiting == 2);  // /hang and /never
    CHECK(crawl.elapsed() >= milliseconds(1000));
    CHECK(crawl.elapsed() < milliseconds(1100));
  });
  CHECK(origin.count("/never") == 0);
}

}  // namespace
}  // namespace rill::testing
