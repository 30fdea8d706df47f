// Every answer of httpd, byte by byte where the bytes matter: statuses, fields, framing, order.
#include "lessons/httpd/listing.h"
#include "lessons/httpd/memory_site.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

MemorySite site() {
  MemorySite site;
  site.set("index.html", "<h1>home</h1>\n", 784'111'777);
  site.set("docs/a.txt", "alpha");
  site.set("docs/b c%.txt", "beta");
  site.set("docs/deep/index.html", "deep");
  site.set("empty.css", "");
  site.set("UPPER.HTML", "up");
  site.set("no_extension", "?");
  return site;
}

std::string ask(const std::string& bytes, std::string_view methods = "G") {
  MemorySite files = site();
  return statuses(talk(files, bytes).received, methods);
}

Reply first(const std::string& bytes, std::string_view methods = "G") {
  MemorySite files = site();
  return replies(talk(files, bytes).received, methods).at(0);
}

TEST_CASE("a file is answered with these bytes and no others", "[httpd]") {
  MemorySite files = site();
  CHECK(talk(files, get("/")).received ==
        "HTTP/1.1 200 OK\r\n"
        "Date: Sun, 09 Sep 2001 01:46:40 GMT\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        "Content-Length: 14\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "ETag: \"d76db554f69a7b88\"\r\n"
        "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "Accept-Ranges: bytes\r\n"
        "\r\n"
        "<h1>home</h1>\n");
  CHECK(files.open_files() == 0);
}

TEST_CASE("an error is answered with a small page that is complete", "[httpd]") {
  MemorySite files = site();
  CHECK(talk(files, get("/nothing")).received ==
        "HTTP/1.1 404 Not Found\r\n"
        "Date: Sun, 09 Sep 2001 01:46:40 GMT\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        "Content-Length: 143\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n"
        "\r\n"
        "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>404 Not Found</title>\n"
        "<h1>404 Not Found</h1>\n<p>There is nothing at this address.\n");
}

/// A disk whose process has no descriptor left.
class ExhaustedSite final : public Site {
 public:
  Found open(const std::string&, Content&) override { return Found::overloaded; }
  Folder list(const std::string&, std::size_t) override {
    Folder folder;
    folder.found = Found::overloaded;
    return folder;
  }

 private:
  std::size_t read(std::uint64_t, std::uint64_t, std::span<char>) override { return 0; }
  void close(std::uint64_t) override {}
};

TEST_CASE("a server that has too much to do says when to come back", "[httpd]") {
  ExhaustedSite site;
  for (const std::string target : {"/", "/a", "/folder/"}) {
    Reply reply = replies(talk(site, get(target)).received, "G").at(0);
    INFO(target);
    CHECK(reply.status == 503);
    CHECK(reply.fields["retry-after"] == "1");
    CHECK(reply.keep_alive);  // it is not about the connection
  }
}

TEST_CASE("each request gets the status that RFC 9110 and 9112 ask for", "[httpd]") {
  struct Row {
    std::string request;
    std::string expected;
  };
  const std::string host = "Host: server\r\n";
  const std::string long_name(8200, 'a');
  const std::vector<Row> rows = {
      // What is there.
      {get("/"), "200"},
      {get("/index.html"), "200"},
      {get("/docs/a.txt"), "200"},
      {get("/docs/b%20c%25.txt"), "200"},
      {get("/docs/%61.txt"), "200"},
      {get("/docs/deep/"), "200"},
      {get("/docs/"), "200"},
      {get("/empty.css"), "200"},
      {get("/docs/a.txt?q=1&r=/../x"), "200"},
      {get("http://server/docs/a.txt"), "200"},
      {get("http://elsewhere/docs/a.txt"), "200"},
      {get("/docs/./a.txt"), "200"},
      {get("/docs/deep/../a.txt"), "200"},
      {get("//docs//a.txt"), "200"},
      {"HEAD / HTTP/1.1\r\n" + host + "\r\n", "200"},
      // What is not.
      {get("/docs"), "301"},
      {get("/docs/deep"), "301"},
      {get("/nothing"), "404"},
      {get("/docs/nothing"), "404"},
      {get("/docs/a.txt/"), "404"},
      {get("/docs/a.txt/b"), "404"},
      {get("/docs%2fa.txt"), "404"},
      {get("/b c%.txt"), "400 close"},
      {get("/" + std::string(7000, 'a')), "404"},
      // Ways out.
      {get("/.."), "400"},
      {get("/../secret"), "400"},
      {get("/docs/../../secret"), "400"},
      {get("/%2e%2e/secret"), "400"},
      {get("/..%2fsecret"), "404"},
      {get("/..%5csecret"), "400"},
      {get("/..\\secret"), "400"},
      {get("/%c0%ae%c0%ae/secret"), "400"},
      {get("/%252e%252e/secret"), "404"},
      {get("/docs/a.txt%00.html"), "400"},
      {get("/%"), "400"},
      {get("/%zz"), "400"},
      {get("file:///etc/passwd"), "400 close"},
      {get("*"), "400 close"},
      {get("docs/a.txt"), "400 close"},
      // Methods.
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nabc", "405"},
      {"PUT / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
       "405"},
      {"DELETE / HTTP/1.1\r\n" + host + "\r\n", "405"},
      {"OPTIONS * HTTP/1.1\r\n" + host + "\r\n", "204"},
      {"OPTIONS / HTTP/1.1\r\n" + host + "\r\n", "204"},
      {"OPTIONS /%2e%2e HTTP/1.1\r\n" + host + "\r\n", "400"},
      {"TRACE / HTTP/1.1\r\n" + host + "\r\n", "405"},
      {"CONNECT server:443 HTTP/1.1\r\n" + host + "\r\n", "405"},
      {"BREW / HTTP/1.1\r\n" + host + "\r\n", "501 close"},
      {"get / HTTP/1.1\r\n" + host + "\r\n", "501 close"},
      // Versions.
      {"GET / HTTP/1.0\r\n\r\n", "200 close"},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "200"},
      {"GET / HTTP/1.7\r\n" + host + "\r\n", "200"},
      {"GET / HTTP/2.0\r\n" + host + "\r\n", "505 close"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 close"},
      {"GET /\r\n\r\n", "400 close"},
      {"GET / HTTP/1.1\r\n\r\n", "400 close"},
      {"GET / HTTP/1.1\r\n" + host + host + "\r\n", "400 close"},
      // Limits.
      {get("/" + long_name), "414 close"},
      {get("/", "X: " + std::string(17'000, 'a') + "\r\n"), "431 close"},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 1048577\r\n\r\n", "413 close"},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n", "400 close"},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
       "501 close"},
      // Not HTTP.
      {"\x16\x03\x01\x02", "400 close"},
      {"hello\r\n\r\n", "400 close"},
      {"GET / HTTP/1.1\nHost: server\n\n", "400 close"},
      // Ends early.
      {"GET / HT", "400 close"},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nab", "400 close"},
      {"", ""},
      {"\r\n\r\n", ""},
      {"\r\n" + get("/"), "200"},
  };
  for (const Row& row : rows) {
    INFO(row.request.substr(0, 100));
    const bool is_head = row.request.starts_with("HEAD");
    CHECK(ask(row.request, is_head ? "H" : "G") == row.expected);
  }
}

TEST_CASE("a file of this second, or of the future, has a weak tag and is as old as the answer",
          "[httpd]") {
  constexpr std::int64_t kNow = 1'000'000'000;  // as run_clients() has it
  struct Row {
    std::int64_t modified_seconds;
    std::string last_modified;
    bool is_weak;
  };
  for (const Row& row : {Row{kNow - 1, "Sun, 09 Sep 2001 01:46:39 GMT", false},
                         Row{kNow, "Sun, 09 Sep 2001 01:46:40 GMT", true},
                         Row{kNow + 100, "Sun, 09 Sep 2001 01:46:40 GMT", true}}) {
    INFO(row.modified_seconds);
    MemorySite files;
    files.set("a.txt", "alpha", row.modified_seconds);
    const Reply reply = replies(talk(files, get("/a.txt")).received).at(0);
    const std::string& tag = reply.fields.at("etag");
    CHECK(reply.fields.at("last-modified") == row.last_modified);
    CHECK(tag.starts_with("W/") == row.is_weak);
    const std::string range = "Range: bytes=0-1\r\nIf-Range: ";
    const std::string expected = row.is_weak ? "200" : "206";
    CHECK(statuses(talk(files, get("/a.txt", range + tag + "\r\n")).received) == expected);
    CHECK(statuses(talk(files, get("/a.txt", range + row.last_modified + "\r\n")).received) ==
          expected);
    CHECK(statuses(talk(files, get("/a.txt", "If-None-Match: " + tag + "\r\n")).received) == "304");
  }
}

TEST_CASE("media types follow the name", "[httpd]") {
  CHECK(first(get("/docs/a.txt")).fields["content-type"] == "text/plain; charset=utf-8");
  CHECK(first(get("/empty.css")).fields["content-type"] == "text/css; charset=utf-8");
  CHECK(first(get("/UPPER.HTML")).fields["content-type"] == "text/html; charset=utf-8");
  CHECK(first(get("/no_extension")).fields["content-type"] == "application/octet-stream");
}

TEST_CASE("a refused method says which ones are allowed", "[httpd]") {
  CHECK(first("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n").fields.at("allow") == "GET, HEAD, OPTIONS");
  CHECK(first("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").fields.at("allow") == "GET, HEAD, OPTIONS");
}

TEST_CASE("a directory without its slash redirects to this server only", "[httpd]") {
  CHECK(first(get("/docs")).fields["location"] == "/docs/");
  CHECK(first(get("/docs?a=b")).fields["location"] == "/docs/?a=b");
  CHECK(first(get("//docs")).fields["location"] == "/docs/");
  CHECK(first(get("//docs//deep")).fields["location"] == "/docs/deep/");
  CHECK(first(get("http://evil/docs")).fields["location"] == "/docs/");
  CHECK(first(get("/%64ocs")).fields["location"] == "/docs/");
  MemorySite files;
  files.set("evil.example/%2e/x", "");
  const std::string received = talk(files, get("//evil.example/%252e")).received;
  CHECK(replies(received).at(0).fields["location"] == "/evil.example/%252e/");
}

TEST_CASE("HEAD gets the fields of GET and no body, whatever the answer", "[httpd]") {
  for (const std::string target : {"/", "/docs/", "/docs", "/nothing", "/empty.css"}) {
    INFO(target);
    MemorySite files = site();
    const std::string full = talk(files, get(target)).received;
    const std::string head =
        talk(files, "HEAD " + target + " HTTP/1.1\r\nHost: server\r\n\r\n").received;
    CHECK(head == full.substr(0, full.find("\r\n\r\n") + 4));
  }
}

TEST_CASE("HTTP/1.0 clients are told whether the connection stays", "[httpd]") {
  CHECK(first("GET / HTTP/1.0\r\n\r\n").fields["connection"] == "close");
  CHECK(first("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").fields["connection"] ==
        "keep-alive");
  CHECK(first(get("/", "Connection: close\r\n")).fields["connection"] == "close");
  CHECK(first(get("/")).fields.count("connection") == 0);
}

TEST_CASE("nothing is answered after a request that closes", "[httpd]") {
  CHECK(ask(get("/", "Connection: close\r\n") + get("/")) == "200 close");
  CHECK(ask("GET / HTTP/1.0\r\n\r\n" + get("/")) == "200 close");
  CHECK(ask(get("/") + "BREW / HTTP/1.1\r\n\r\n" + get("/")) == "200 501 close");
}

TEST_CASE("a listing shows names as text and links to them, sorted", "[httpd]") {
  MemorySite files;
  for (const std::string name :
       {"b.txt", "a&b<c>\"d'.txt", "50%?#.txt", "javascript:alert(1)", "\xff\xfe.bin",
        "\xc3\xa4.txt", ".hidden", "back\\slash", "new\nline"}) {
    files.set("d/" + name, "x");
  }
  files.set("d/sub/x", "");
  const std::string page = replies(talk(files, get("/d/")).received).at(0).body;
  const std::string expected =
      "<ul>\n"
      "<li><a href=\"../\">../</a>\n"
      "<li><a href=\"50%25%3F%23.txt\">50%?#.txt</a>\n"
      "<li><a href=\"a%26b%3Cc%3E%22d%27.txt\">a&amp;b&lt;c&gt;&quot;d&#39;.txt</a>\n"
      "<li><a href=\"b.txt\">b.txt</a>\n"
      "<li><a href=\"javascript%3Aalert%281%29\">javascript:alert(1)</a>\n"
      "<li><a href=\"sub/\">sub/</a>\n"
      "<li><a href=\"%C3%A4.txt\">\xc3\xa4.txt</a>\n"
      "<li><a href=\"%FF%FE.bin\">\xef\xbf\xbd\xef\xbf\xbd.bin</a>\n"
      "</ul>\n";
  CHECK_THAT(page, testing::contains(expected));
  CHECK_THAT(page, testing::contains("<title>Index of /d/</title>"));
}

TEST_CASE("a listing is sorted by itself, and says when it does not show all", "[httpd]") {
  const std::string page = listing_page("", {Found::directory, {{"b", false}, {"a", true}}, false});
  CHECK_THAT(page, testing::contains("<ul>\n<li><a href=\"a/\">a/</a>\n<li><a href=\"b\">b</a>\n"
                                     "</ul>\n<p>There are more"));
}

TEST_CASE("every link of a listing leads to the file of that name", "[httpd]") {
  MemorySite files;
  for (int byte = 1; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (c != '/') files.set("d/" + std::string(1, c) + "x", std::to_string(byte));
  }
  const std::string page = replies(talk(files, get("/d/")).received).at(0).body;
  int links = 0;
  for (std::size_t at = page.find("<li><a href=\""); at != page.npos;
       at = page.find("<li><a href=\"", at)) {
    at += 13;
    const std::string link = page.substr(at, page.find('"', at) - at);
    if (link == "../") continue;
    ++links;
    INFO(link);
    CHECK(replies(talk(files, get("/d/" + link)).received).at(0).status == 200);
  }
  CHECK(links == 255 - 31 - 4);  // without controls and DEL, '/', '\\' and the hidden one
}

}  // namespace
}  // namespace rill::httpd
