// The crawler on sites made for one question each, and the text that it prints about them.
#include "lessons/crawler/crawl.h"

#include <set>

#include "lessons/crawler/report.h"
#include "scheduler/group.h"
#include "scheduler/sleep.h"
#include "scheduler/spawn.h"
#include "tests/http/coded.h"
#include "tests/lessons/crawler/scripted_origin.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using crawler::Crawl;
using crawler::CrawlOptions;
using crawler::CrawlSummary;
using crawler::Frontier;
using crawler::Target;
using http::Url;

Url url(std::string_view text) { return Url::parse(text).value(); }

std::string html(std::string_view body) { return page(body, "Content-Type: text/html\r\n"); }
std::string links(const std::vector<std::string>& hrefs) {
  std::string text;
  for (const std::string& href : hrefs) text += "<a href='" + href + "'>x</a>";
  return html(text);
}

/// For sites that are asked for their pages and nothing else, each once.
CrawlOptions plain() {
  CrawlOptions options;
  options.obeys_robots = false;
  options.retry.most_retries = 0;
  return options;
}

struct Crawled {
  CrawlSummary summary;
  std::string report;
  crawler::LinkCounts links;
  std::uint64_t turned_away = 0;
  std::set<std::string> found;
  Duration elapsed;
};

Crawled crawl(ScriptedOrigin& origin, const CrawlOptions& options = plain(),
              const Simulation& simulation = {}, const std::string& start = "http://site.test/") {
  Crawled result;
  simulate(origin, simulation, [&]() -> Task<> {
    Crawl crawl(url(start), options);
    co_await crawl.run();
    result.summary = crawler::summary_of(crawl);
    result.report = crawler::report_of(crawl, 3);
    result.links = crawl.link_counts();
    result.turned_away = crawl.frontier().turned_away();
    result.elapsed = crawl.elapsed();
    for (std::size_t i = 0; i < crawl.frontier().found(); ++i) {
      result.found.insert(crawl.frontier().at(i).url.text());
    }
  });
  return result;
}

using Texts = std::set<std::string>;

TEST_CASE("a URL has one number, however it is spelled") {
  Frontier frontier(100);
  CHECK(frontier.add({.url = url("http://a.test/x")}) == 0);
  CHECK(frontier.add({.url = url("http://a.test/y")}) == 1);
  CHECK_FALSE(frontier.add({.url = url("HTTP://A.test:80/./x#z")}));
  CHECK_FALSE(frontier.add({.url = url("http://a.test/x")}));
  CHECK(frontier.add({.url = url("https://a.test/x")}) == 2);
  CHECK(frontier.find(url("http://a.test/y")) == 1);
  CHECK(frontier.at(0).links == 3);
}

TEST_CASE("a frontier that is full counts what it turns away") {
  Frontier frontier(2);
  for (int i = 0; i < 5; ++i) frontier.add({.url = url("http://a.test/" + std::to_string(i))});
  CHECK(frontier.found() == 2);
  CHECK(frontier.turned_away() == 3);
}

TEST_CASE(
    "links to other hosts, ports and schemes are counted and not followed; https is the same") {
  ScriptedOrigin origin;
  origin.on("/", {send(links({"http://other.test/", "http://site.test:81/", "https://site.test/",
                              "mailto:a@b.test", "javascript:void(0)", "/here"}))});
  const Crawled crawled = crawl(origin);
  CHECK(crawled.found == Texts{"http://site.test/", "https://site.test/", "http://site.test/here"});
  CHECK(crawled.links.elsewhere == 2);
}

TEST_CASE("links are relative to their page, or to what its base element says") {
  ScriptedOrigin origin;
  origin.on("/a/b", {send(html("<a href=c><base href='/x/y/'><a href=d><a href='?q'>"))});
  CHECK(crawl(origin, plain(), {}, "http://site.test/a/b").found ==
        Texts{"http://site.test/a/b", "http://site.test/a/c", "http://site.test/x/y/d",
              "http://site.test/x/y/?q"});
}

TEST_CASE("links count only in pages that are there and are HTML") {
  ScriptedOrigin origin;
  origin.on("/", {send(links({"/text", "/error", "/gone"}))});
  origin.on("/text", {send(page("<a href=/no1>", "Content-Type: text/plain\r\n"))});
  origin.on("/error", {send("HTTP/1.1 500 X\r\nContent-Type: text/html\r\nContent-Length: 13\r\n"
                            "\r\n<a href=/no2>")});
  const Crawled crawled = crawl(origin);
  CHECK(origin.requests().size() == 4);
  CHECK(crawled.summary.broken == 2);
}

TEST_CASE("images, scripts and style sheets are no pages; frames are") {
  ScriptedOrigin origin;
  origin.on("/", {send(html("<img src=/i><script src=/s></script><link rel=stylesheet href=/c>"
                            "<iframe src=/f></iframe><map><area href=/m></map>"))});
  CHECK(crawl(origin).found ==
        Texts{"http://site.test/", "http://site.test/f", "http://site.test/m"});
}

TEST_CASE("links are followed while their page still comes") {
  ScriptedOrigin slow;
  slow.on("/", {send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 17\r\n\r\n"
                     "<a href='/next'>"),
                pause(milliseconds(100)), send(".")});
  slow.on("/next", {pause(milliseconds(100)), send(html(""))});
  CHECK(crawl(slow).elapsed < milliseconds(120));
}

TEST_CASE("redirects are edges: their target is fetched once, whoever leads there") {
  ScriptedOrigin origin;
  origin.on("/", {send(links({"/old", "/older", "/new"}))});
  origin.on("/old", {send(redirect("/new"))});
  origin.on("/older", {send(redirect("/old"))});
  origin.on("/new", {send(html("here"))});
  const Crawled crawled = crawl(origin);
  CHECK(origin.requests().size() == 4);
  CHECK(crawled.summary.redirects == 2);
  CHECK(crawled.summary.pages == 2);
  CHECK(crawled.summary.broken == 0);
}

TEST_CASE("redirects in a circle are each fetched once and reported") {
  ScriptedOrigin origin;
  origin.on("/", {send(links({"/in"}))});
  origin.on("/in", {send(redirect("/a"))});
  origin.on("/a", {send(redirect("/b"))});
  origin.on("/b", {send(redirect("/a"))});
  const Crawled crawled = crawl(origin);
  CHECK(origin.requests().size() == 4);
  CHECK(crawled.summary.broken == 2);
  CHECK_THAT(crawled.report, contains("redirected in a circle; redirected from /in"));
}

TEST_CASE("a chain of redirects without end ends at its limit") {
  ScriptedOrigin origin;
  origin.on("/", {send(redirect("/r"))});
  std::string path = "/r";
  for (int i = 0; i < 30; ++i) {
    origin.on(path, {send(redirect(path + "r"))});
    path += "r";
  }
  CHECK(crawl(origin).summary.broken == 1);
  CHECK(origin.requests().size() == 11);
}

TEST_CASE("where the start page is redirected to belongs to the site") {
  ScriptedOrigin origin;
  Simulation simulation;
  simulation.prepare = [](simnet::Network& network) {
    network.add_name("www.site.test", {network.address(1)});
  };
  origin.on("/", {send(redirect("http://www.site.test/home"))});
  origin.on("/home", {send(links({"/a", "http://site.test/b"}))});
  const Crawled crawled = crawl(origin, plain(), simulation);
  CHECK(crawled.found == Texts{"http://site.test/", "http://www.site.test/home",
                               "http://www.site.test/a", "http://site.test/b"});
  CHECK(crawled.links.elsewhere == 0);
}

TEST_CASE("a site that invents pages without end is cut off at the limit (C7)") {
  ScriptedOrigin origin;
  std::string path = "/";
  for (int i = 0; i < 50; ++i) {
    origin.on(path, {send(links({path + "a", path + "b"}))});
    path += "a";
  }
  CrawlOptions options = plain();
  options.most_urls = 20;
  const Crawled crawled = crawl(origin, options);
  CHECK(origin.requests().size() == 20);
  CHECK(crawled.turned_away > 0);
  CHECK_THAT(crawled.report, contains("beyond --limit"));
}

TEST_CASE("hostile HTML ends, and links around it are found (C9)") {
  std::string nested;
  for (int i = 0; i < 20'000; ++i) nested += "<div><b>";
  ScriptedOrigin origin;
  origin.on("/", {send(html("<a href=/first>" + nested + "<a href=\"/" + std::string(200'000, 'x') +
                            "\"><a href='/last'><!-- <a href=/no><a href='/unclosed"))});
  CHECK(crawl(origin).found ==
        Texts{"http://site.test/", "http://site.test/first", "http://site.test/last"});
}

TEST_CASE("a page that hangs holds one worker for its deadline and nobody else (C11)") {
  ScriptedOrigin origin;
  std::vector<std::string> hrefs = {"/hang"};
  for (int i = 0; i < 10; ++i) {
    hrefs.push_back("/" + std::to_string(i));
    origin.on(hrefs.back(), {pause(milliseconds(50)), send(html(""))});
  }
  origin.on("/", {send(links(hrefs))});
  origin.on("/hang", {hang()});
  CrawlOptions options = plain();
  options.concurrency = 2;
  options.page_deadline = milliseconds(800);
  const Crawled crawled = crawl(origin, options);
  CHECK(crawled.summary.pages == 11);
  CHECK(crawled.elapsed < milliseconds(830));
  CHECK_THAT(crawled.report, contains("/hang\n        timed out after 800.000 ms, "
                                      "while waiting for the response; linked from /"));
}

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
    Crawl crawl(url("http://site.test/"), plain());
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

TEST_CASE("the report says how much, what is broken and who links there, and what was slow") {
  ScriptedOrigin origin;
  origin.on("/", {send(links({"/a", "/gone", "/gone", "/slow", "http://other.test/"}))});
  origin.on("/a", {send(links({"/gone"}))});
  origin.on("/slow", {pause(milliseconds(200)), send(html("slow"))});
  CHECK(crawl(origin).report ==
        "http://site.test/: 4 URLs in 212.000 ms, at most 3 at a time, over 3 connections\n"
        "\n"
        "  pages      3, 140 bytes\n"
        "  redirects  0\n"
        "  broken     1\n"
        "  left out   links: 1 to other hosts\n"
        "  responses  3 x 200, 1 x 404\n"
        "  times      median 6.000 ms, 95 % within 206.000 ms\n"
        "\n"
        "  broken\n"
        "    /gone\n"
        "        404 Not Found; linked from / and 2 more links\n"
        "\n"
        "  slowest\n"
        "    206.000 ms   /slow\n"
        "      6.000 ms   /\n"
        "      6.000 ms   /gone\n");
}

TEST_CASE("a crawl that is killed leaves nothing behind") {
  for (int after_ms = 0; after_ms < 120; after_ms += 7) {
    ScriptedOrigin origin;
    origin.on("/", {send(links({"/a", "/b", "/c"}))});
    origin.on("/a", {pause(milliseconds(50)), send(links({"/d", "/e"}))});
    simulate(origin, {}, [&]() -> Task<> {
      TaskRef crawling = spawn([]() -> Task<> {
        Crawl crawl(url("http://site.test/"), plain());
        co_await crawl.run();
      });
      co_await sleep(milliseconds(after_ms));
      co_await kill(crawling);
    });
  }
  SUCCEED("simulate() throws if a socket or a frame is left");
}

}  // namespace
}  // namespace rill::testing
