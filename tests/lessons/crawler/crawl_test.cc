// The crawler on sites made for one question each, and the text that it prints about them.
#include "lessons/crawler/crawl.h"

#include <set>

#include "lessons/crawler/report.h"
#include "scheduler/group.h"
#include "scheduler/sleep.h"
#include "scheduler/spawn.h"
#include "tests/http/coded.h"
#include "tests/lessons/crawler/crawled.h"
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

TEST_CASE("a page is HTML however its media type is spelled") {
  ScriptedOrigin origin;
  origin.on("/", {send(page("<a href=/a>", "Content-Type: Text/HTML; Charset=UTF-8\r\n"))});
  origin.on("/a", {send(page("<a href=/b>", "Content-Type: APPLICATION/XHTML+XML\r\n"))});
  crawl(origin);
  CHECK(origin.requests().size() == 3);
}

TEST_CASE("a host whose name nobody can have is no host, and ends no crawl (C5)") {
  ScriptedOrigin origin;
  origin.on("/", {send(links({"http://" + std::string(7985, 'a') + "/", "/other"}))});
  origin.on("/other", {send(links({}))});
  CrawlOptions options;
  options.scope.spans_hosts = true;
  const Crawled crawled = crawl(origin, options);
  CHECK(crawled.summary.pages == 2);
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
