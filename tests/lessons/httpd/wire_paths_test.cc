// Wire suite: what is at a path, and that nothing from outside of the root ever is (H1, H2, H7, H8,
// H9 of the threat list).
#include <unistd.h>

#include "tests/lessons/httpd/wire_suite.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

TEST_CASE("files, folders and what is neither", "[wire]") {
  const WireServer server;
  const std::string forbidden = geteuid() == 0 ? "200" : "403";
  server.check({
      {"file", get("/docs/a.txt"), "200", {"content-type: text/plain; charset=utf-8"}, "alpha"},
      {"index", get("/"), "200", {"content-type: text/html; charset=utf-8"}, "home\n"},
      {"index below", get("/docs/deep/"), "200", {}, "deep"},
      {"encoded letters", get("/%64ocs/%61.txt"), "200", {}, "alpha"},
      {"encoded space and percent", get("/docs/b%20c%25.txt"), "200", {}, "beta"},
      {"query", get("/docs/a.txt?../../secret"), "200", {}, "alpha"},
      {"empty query", get("/docs/a.txt?"), "200", {}, "alpha"},
      {"dots that stay inside", get("/docs/deep/../a.txt"), "200", {}, "alpha"},
      {"dot segments", get("/./docs/./a.txt"), "200", {}, "alpha"},
      {"doubled slashes", get("//docs///a.txt"), "200", {}, "alpha"},
      {"link inside", get("/inside"), "200", {}, "alpha"},
      {"empty file", get("/empty"), "200", {"content-length: 0"}, ""},
      {"HEAD", message("HEAD /docs/a.txt HTTP/1.1"), "200", {"content-length: 5"}, ""},
      {"HEAD of nothing", message("HEAD /none HTTP/1.1"), "404", {"content-length"}, ""},
      {"HEAD and on", message("HEAD / HTTP/1.1") + kNext, "200 200", {}, "next"},
      {"large file", get("/large.bin") + kNext, "200 200", {}, "next"},
      {"large file's bytes",
       get("/large.bin"),
       "200",
       {"accept-ranges: bytes"},
       numbered_bytes(1'000'000)},
      {"folder", get("/docs/"), "200", {"!etag", "x-content-type-options: nosniff"}},
      {"folder without slash", get("/docs"), "301", {"location: /docs/"}},
      {"folder by dots", get("/docs/deep/.."), "200"},
      {"nothing", get("/none"), "404"},
      {"nothing in a folder", get("/docs/none"), "404"},
      {"file as a folder", get("/docs/a.txt/"), "404"},
      {"below a file", get("/docs/a.txt/b"), "404"},
      {"FIFO", get("/fifo"), "404"},
      {"loop of links", get("/loop"), "404"},
      {"dangling link", get("/dangling"), "404"},
      {"name too long", get("/" + std::string(300, 'a')), "404"},
      {"path too long", get("/" + std::string(7000, 'a')), "404"},
      {"many segments",
       get("/" +
           [] {
             std::string deep;
             for (int i = 0; i < 2000; ++i) deep += "a/";
             return deep;
           }()),
       "404"},
  });
  if (geteuid() != 0) server.check({{"unreadable file", get("/unreadable"), forbidden}});
}

TEST_CASE("no way out of the root", "[wire]") {
  const WireServer server;
  std::vector<Row> rows;
  for (const std::string target : {"/..",
                                   "/../",
                                   "/../secret",
                                   "/../../secret",
                                   "/docs/../../secret",
                                   "/%2e%2e/secret",
                                   "/%2E%2e/secret",
                                   "/.%2e/secret",
                                   "/%2e./secret",
                                   "/docs/%2e%2e/%2e%2e/secret",
                                   "/..\\secret",
                                   "/..%5csecret",
                                   "/..%5Csecret",
                                   "/%5c..%5csecret",
                                   "/\\..\\secret",
                                   "/..%c0%afsecret",
                                   "/%c0%ae%c0%ae/secret",
                                   "/%c1%9csecret",
                                   "/%e0%80%ae%e0%80%ae/secret",
                                   "/%e0%80%afsecret",
                                   "/%f0%80%80%ae%f0%80%80%ae/secret",
                                   "/..%00/secret",
                                   "/docs/a.txt%00",
                                   "/docs/a.txt%00.html",
                                   "/%00",
                                   "/..%0d/secret",
                                   "/..%0a/secret",
                                   "/%0d%0aX:%20y",
                                   "/docs/a.txt%0d%0aSet-Cookie:%20a",
                                   "/%7f",
                                   "/%",
                                   "/%2",
                                   "/%zz",
                                   "/%2x",
                                   "/docs/%u002e",
                                   "/../root-evil/secret",
                                   "/../root/docs/a.txt",
                                   "/./../secret",
                                   "/index.html/../../secret",
                                   "//../secret",
                                   "///../../secret",
                                   "/docs//../../secret",
                                   "/docs/deep/../../../secret",
                                   "http://server/../secret",
                                   "http://server/%2e%2e/secret",
                                   "/?/../x/../../..%00/%2e"}) {
    const bool is_query = target.find('?') != target.npos;
    rows.push_back({"malformed or escaping",
                    get(target) + kNext,
                    is_query ? "200 200" : "400 200",
                    {},
                    "next"});
  }
  for (const std::string target : {"/..%2fsecret",
                                   "/..%2Fsecret",
                                   "/%2e%2e%2fsecret",
                                   "/docs%2fa.txt",
                                   "/%2fetc%2fpasswd",
                                   "/%252e%252e/secret",
                                   "/..%252fsecret",
                                   "/%25%32%65%25%32%65/secret",
                                   "/%uff0e%uff0e/secret",
                                   "/docs/..;/..;/secret",
                                   "/.../secret",
                                   "/~/secret",
                                   "/~root/secret",
                                   "/etc/passwd",
                                   "//etc/passwd",
                                   "/proc/self/environ",
                                   "/secret",
                                   "/root-evil/secret",
                                   "/up",
                                   "/absolute",
                                   "/docs/parent/secret",
                                   "/docs/parent/root/index.html",
                                   "/docs/.%20./secret",
                                   "/.%09./x",
                                   "/-evil/secret",
                                   "/C:/secret",
                                   "/docs/a.txt::$DATA",
                                   "/docs/a.txt."}) {
    const bool is_malformed = target.find("%u") != target.npos || target.find("%09") != target.npos;
    rows.push_back(
        {"nothing there", get(target) + kNext, is_malformed ? "400 200" : "404 200", {}, "next"});
  }
  server.check(rows);
}

TEST_CASE("links from redirects and listings lead to this server only", "[wire]") {
  const WireServer server;
  server.check({
      {"host of its own", get("http://evil.example/docs"), "301", {"location: /docs/"}},
      {"two slashes", get("//docs"), "301", {"location: /docs/"}},
      {"slash and backslash", get("/\\evil.example/docs"), "400", {"!location"}},
      {"encoded host", get("//evil.example/%2e%2e/docs"), "301", {"location: /docs/"}},
      {"dots behind a host", get("//evil.example/.."), "200"},
      {"query kept", get("/docs?a=b&c"), "301", {"location: /docs/?a=b&c"}},
      {"CR LF in a query stays encoded",
       get("/docs?%0d%0aX:y"),
       "301",
       {"location: /docs/?%0d%0aX:y", "!x"}},
      {"HEAD redirects too", message("HEAD /docs HTTP/1.1"), "301", {"location: /docs/"}, ""},
      {"other Host",
       "GET /docs HTTP/1.1\r\nHost: evil.example\r\n\r\n",
       "301",
       {"location: /docs/"}},
  });
  const std::string page = server.first(get("/docs/")).body;
  CHECK_THAT(page, testing::contains("<a href=\"%3Cscript%3E%26%22%27.txt\">"
                                     "&lt;script&gt;&amp;&quot;&#39;.txt</a>"));
  CHECK(page.find("<script>") == page.npos);
  CHECK(page.find("hidden") == page.npos);
  CHECK(page.find("parent") == page.npos);  // a link that leads out
  const std::string top = server.first(get("/none/<b>")).body;
  CHECK(top.find("<b>") == top.npos);
}

}  // namespace
}  // namespace rill::httpd
