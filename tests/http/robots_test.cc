// robots.txt by RFC 9309: its own examples, what owners of sites write by mistake, what is hostile.
#include "net/http/robots.h"

#include <ctime>
#include <string>
#include <vector>

#include "net/http/url_pattern.h"
#include "tests/testing/property.h"

using namespace rill;
using namespace rill::http;

namespace {

struct Row {
  std::string_view pattern;
  std::string_view target;
  bool matches;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.pattern << " on " << row.target);
    CHECK(UrlPattern(row.pattern).matches(row.target) == row.matches);
  }
}

/// The targets that are allowed, joined.
std::string allowed(std::string_view text, std::string_view token,
                    const std::vector<std::string>& targets) {
  const Robots robots = Robots::parse(text, token);
  std::string all;
  for (const std::string& target : targets) {
    if (robots.allows(target)) all += (all.empty() ? "" : " ") + target;
  }
  return all;
}

constexpr std::string_view kSimpleExample =
    "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n"
    "User-Agent: foobot\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n\n"
    "User-Agent: barbot\nUser-Agent: bazbot\nDisallow: /example/page.html\n\n"
    "User-Agent: quxbot\n";

}  // namespace

TEST_CASE("the simple example of RFC 9309 5.1", "[robots]") {
  const std::vector<std::string> targets = {"/",          "/example/page.html",
                                            "/a.gif",     "/example/allowed.gif",
                                            "/a.gif?x=1", "/publications/a.gif"};
  CHECK(allowed(kSimpleExample, "foobot", targets) == "/example/page.html /example/allowed.gif");
  for (const char* bot : {"barbot", "BazBot"}) {
    CHECK(allowed(kSimpleExample, bot, targets) ==
          "/ /a.gif /example/allowed.gif /a.gif?x=1 /publications/a.gif");
  }
  CHECK(allowed(kSimpleExample, "quxbot", {"/", "/a.gif", "/example/"}) == "/ /a.gif /example/");
  CHECK(allowed(kSimpleExample, "anybot", targets) == "/ /a.gif?x=1 /publications/a.gif");
}

TEST_CASE("the longest match decides, as in RFC 9309 5.2", "[robots]") {
  CHECK(allowed("User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif",
                "foobot", {"/example/page/disallowed.gif", "/example/page/other.gif"}) ==
        "/example/page/other.gif");
  CHECK(allowed("user-agent: *\ndisallow: /a\nallow: /a", "x", {"/a"}) == "/a");
  CHECK(allowed("user-agent: *\ndisallow: /\nallow: /$", "x", {"/", "/a"}) == "/");
}

TEST_CASE("groups that name the same crawler are one, as in RFC 9309 2.2.1", "[robots]") {
  CHECK(allowed("user-agent: ExampleBot\ndisallow: /foo\ndisallow: /bar\n\n"
                "user-agent: other\ndisallow: /qux\n\n"
                "user-agent: examplebot\ndisallow: /baz\n",
                "ExampleBot", {"/foo", "/bar", "/baz", "/qux"}) == "/qux");
  // The blank line ends nothing; a version behind the name is no part of it.
  CHECK(allowed("user-agent: ExampleBot/2.1 (x)\n\ndisallow: /foo", "examplebot", {"/foo", "/a"}) ==
        "/a");
  CHECK(allowed("user-agent: Example\ndisallow: /", "examplebot", {"/foo"}) == "/foo");
  CHECK(product_token("rill-crawler/1.0 (+http://x)") == "rill-crawler");
}

TEST_CASE("percent-encoding has one form, as in RFC 9309 2.2.2", "[robots]") {
  check({
      {"/foo/bar?baz=quz", "/foo/bar?baz=quz", true},
      {"/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", true},
      {"/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar", true},
      {"/foo/bar/\xe3\x83\x84", "/foo/bar/%E3%83%84", true},
      {"/foo/bar/%e3%83%84", "/foo/bar/%E3%83%84", true},
      {"/foo/bar/%62%61%7A", "/foo/bar/baz", true},
      {"/a%2Fb", "/a/b", false},
      {"/a b", "/a%20b", true},
  });
}

TEST_CASE("stars and dollars, as in RFC 9309 2.2.3", "[robots]") {
  check({
      {"/foo", "/foobar", true},
      {"/foo$", "/foobar", false},
      {"/foo$", "/foo", true},
      {"/this/*/exactly", "/this/path/exactly", true},
      {"/this/*/exactly", "/this/exactly", false},
      {"*", "/", true},
      {"", "/", false},
      {"$", "/", false},
      {"/*$", "/a", true},
      {"*.gif$", "/a.gif.gif", true},
      {"/*.php", "/index.php?x", true},
      {"/*.php$", "/index.php?x", false},
      {"/a**b*$", "/axxb", true},
      {"/a*b*a$", "/aba", true},
      {"/a*ba$", "/aba", true},
      {"/ab*ba$", "/aba", false},
      {"/$x", "/$x", true},
      {"/path/file-with-a-%2A.html", "/path/file-with-a-*.html", true},
      {"/path/file-with-a-%2A.html", "/path/file-with-a-b.html", false},
      {"/path/foo-%24", "/path/foo-$", true},
      {"/path/foo-%24", "/path/foo-%24bar", true},
      {"foo", "/foo", false},
  });
}

TEST_CASE("a pattern is as long as it is written in its one form, each star and the '$' included",
          "[robots]") {
  CHECK(UrlPattern("/a***b**").size() == 8);
  CHECK(UrlPattern("**/$").size() == 4);
  CHECK(UrlPattern("/%7e%2a").size() == 5);
  CHECK(allowed("user-agent: x\nallow: /***\ndisallow: /ab", "x", {"/ab"}) == "/ab");
}

TEST_CASE("what owners write counts as far as it can be read", "[robots]") {
  CHECK(allowed("\xef\xbb\xbfUser-Agent : *  # all\r\nDISALLOW\t:\t/a # b\rdisallow:/c\n", "x",
                {"/a", "/b", "/c"}) == "/b");
  CHECK(allowed("disallow: /\nuser-agent: *\ndisallow: /a", "x", {"/a", "/b"}) == "/b");
  CHECK(allowed("user-agent: *\ndisallow:\n", "x", {"/a"}) == "/a");
  CHECK(allowed("user-agent: *\ndisallow /\nnonsense\n: /\n", "x", {"/a"}) == "/a");
  CHECK(allowed("<html>not found</html>", "x", {"/a"}) == "/a");
  // Other records end no group (2.2.4).
  CHECK(allowed("user-agent: x\nsitemap: http://x/\ncrawl-delay: 1\nuser-agent: y\ndisallow: /a",
                "x", {"/a", "/b"}) == "/b");
  CHECK(allowed("user-agent: *\ndisallow: /", "x", {"/robots.txt"}) == "/robots.txt");
}

TEST_CASE("Crawl-delay is a length with a limit", "[robots]") {
  const auto delay = [](std::string_view value) {
    return Robots::parse("user-agent: *\ncrawl-delay: " + std::string(value), "x").crawl_delay();
  };
  CHECK(delay("2") == seconds(2));
  CHECK(delay("0.25") == milliseconds(250));
  CHECK(delay("86400") == Robots::kMostCrawlDelay);
  CHECK(delay("99999999999999999999") == Duration());
  CHECK(delay("-1") == Duration());
  CHECK(delay("soon") == Duration());
  CHECK(Robots::parse("user-agent: y\ncrawl-delay: 2", "x").crawl_delay() == Duration());
}

TEST_CASE("what nobody knows is forbidden, what is not there is allowed", "[robots]") {
  CHECK_FALSE(Robots::disallow_all().allows("/"));
  CHECK_FALSE(Robots::disallow_all().allows("/a?b"));
  CHECK(Robots().allows("/a"));
}

TEST_CASE("500 KiB are read, and no more", "[robots]") {
  std::string text = "user-agent: *\ndisallow: /first\n";
  text.append(Robots::kMaxBytes - text.size(), '#');
  CHECK(allowed(text + "\ndisallow: /beyond\n", "x", {"/first", "/beyond"}) == "/beyond");
}

TEST_CASE("a hostile robots.txt costs linear time", "[robots]") {
  std::string text = "user-agent: *\n";
  while (text.size() < Robots::kMaxBytes) text += "disallow: /*a*a*a*a*a*a*a*a*a*a*a*a*b\n";
  const std::string target = "/" + std::string(7'000, 'a');
  const std::clock_t begun = std::clock();  // of the processor: the machine may be busy
  const Robots robots = Robots::parse(text, "x");
  CHECK(robots.allows(target));
  CHECK(std::clock() - begun < 10 * CLOCKS_PER_SEC);  // with backtracking not in a lifetime
}

namespace {

/// '*' by trying everything; text and pattern of letters only.
bool slowly(std::string_view pattern, std::string_view text) {
  if (pattern.empty() || pattern == "$") return pattern.empty() || text.empty();
  if (pattern[0] != '*') {
    return !text.empty() && pattern[0] == text[0] && slowly(pattern.substr(1), text.substr(1));
  }
  for (std::size_t skip = 0; skip <= text.size(); ++skip) {
    if (slowly(pattern.substr(1), text.substr(skip))) return true;
  }
  return false;
}

}  // namespace

RILL_PROPERTY("a pattern matches as the rules say, tried one by one") {
  const auto word = [](const std::string& letters) {
    return rc::gen::container<std::string>(rc::gen::elementOf(letters));
  };
  const std::string pattern =
      "/" + *rc::gen::resize(8, word("aab*")) + *rc::gen::element<std::string>("", "$");
  const std::string text = "/" + *rc::gen::resize(10, word("ab"));
  RC_ASSERT(UrlPattern(pattern).matches(text) == slowly(pattern, text));
}
