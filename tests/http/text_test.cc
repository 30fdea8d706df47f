// What is written: heads, chunks, dates, escaped HTML; and what names mean: media types, hosts.
#include <ctime>
#include <stdexcept>
#include <string>

#include "net/http/date.h"
#include "net/http/escape.h"
#include "net/http/host.h"
#include "net/http/mime.h"
#include "net/http/status.h"
#include "net/http/writer.h"
#include "tests/testing/property.h"

using namespace rill::http;
using namespace std::string_literals;

namespace {

std::string host(std::string_view text) {
  const auto parsed = parse_host_port(text);
  if (!parsed) return "none";
  return normalise_host(parsed->host).value_or("none") + " " +
         std::to_string(parsed->port.value_or(0));
}

}  // namespace

TEST_CASE("heads are what was asked for", "[http][writer]") {
  std::string out = "before";
  HeadWriter::response(out, 404)
      .field("Date", "x")
      .field("X", "")
      .content_length(18446744073709551615u)
      .connection(true)
      .connection(true, 0)
      .connection(false)
      .end();
  CHECK(out ==
        "beforeHTTP/1.1 404 Not Found\r\nDate: x\r\nX: \r\nContent-Length: 18446744073709551615\r\n"
        "Connection: keep-alive\r\nConnection: close\r\n\r\n");
  out.clear();
  HeadWriter::request(out, "GET", "/a?b").field("Host", "c:80").chunked().end();
  CHECK(out == "GET /a?b HTTP/1.1\r\nHost: c:80\r\nTransfer-Encoding: chunked\r\n\r\n");
  out.clear();
  HeadWriter::response(out, 799).end();
  CHECK(out == "HTTP/1.1 799 \r\n\r\n");
}

TEST_CASE("nothing that ends a line gets into a head", "[http][writer]") {
  std::string out;
  auto writer = HeadWriter::response(out, 200);
  const std::string before = out;
  for (const std::string& value : {"a\r\nX: y"s, "a\n"s, "a\r"s, "a\0"s, "\x7f"s, "\x1b[0m"s}) {
    CHECK_THROWS_AS(writer.field("X", value), std::invalid_argument);
    CHECK_THROWS_AS(writer.field("X" + value, "y"), std::invalid_argument);
    CHECK_THROWS_AS(HeadWriter::request(out, "GET", "/" + value), std::invalid_argument);
    CHECK_THROWS_AS(HeadWriter::request(out, "GET" + value, "/"), std::invalid_argument);
  }
  for (const std::string name : {"", "a b", "a:", "\xe9"}) {
    CHECK_THROWS_AS(writer.field(name, "y"), std::invalid_argument);
  }
  for (const std::string target : {"", "/a b", "/a#b", "/\xe9"}) {
    CHECK_THROWS_AS(HeadWriter::request(out, "GET", target), std::invalid_argument);
  }
  CHECK_THROWS_AS(HeadWriter::response(out, 99), std::invalid_argument);
  CHECK_THROWS_AS(HeadWriter::response(out, 1000), std::invalid_argument);
  CHECK(out == before);
}

TEST_CASE("chunks", "[http][writer]") {
  std::string out;
  append_chunk(out, "");
  CHECK(out.empty());  // an empty one would be the last
  append_chunk(out, std::string(26, 'x'));
  append_chunk_start(out, 0x123456789abcdef0);
  append_last_chunk(out);
  CHECK(out == "1a\r\n" + std::string(26, 'x') + "\r\n123456789abcdef0\r\n0\r\n\r\n");
}

TEST_CASE("reason phrases", "[http][status]") {
  CHECK(reason_phrase(200) == "OK");
  CHECK(reason_phrase(431) == "Request Header Fields Too Large");
  CHECK(reason_phrase(299).empty());
}

TEST_CASE("dates are written in the one format and read in three", "[http][date]") {
  const std::int64_t now = 784111777;
  CHECK(DateText(now).text() == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(parse_date("Sun, 06 Nov 1994 08:49:37 GMT", now) == now);
  CHECK(parse_date("Sunday, 06-Nov-94 08:49:37 GMT", now) == now);
  CHECK(parse_date("Sun Nov  6 08:49:37 1994", now) == now);
  CHECK(DateText(0).text() == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(DateText(-1).text() == "Wed, 31 Dec 1969 23:59:59 GMT");
  CHECK(DateText(951782400).text() == "Tue, 29 Feb 2000 00:00:00 GMT");
  CHECK(DateText(INT64_MAX).text() == "Fri, 31 Dec 9999 23:59:59 GMT");
  CHECK(DateText(INT64_MIN).text() == "Sat, 01 Jan 0000 00:00:00 GMT");
  CHECK(parse_date("Fri, 31 Dec 1999 23:59:60 GMT", now) == 946684799);
}

TEST_CASE("a two-digit year is at most 50 years away", "[http][date]") {
  const std::int64_t now = 1767225600;  // 2026
  CHECK(DateText(*parse_date("Sunday, 06-Nov-76 08:49:37 GMT", now)).text().substr(12, 4) ==
        "2076");
  CHECK(DateText(*parse_date("Sunday, 06-Nov-77 08:49:37 GMT", now)).text().substr(12, 4) ==
        "1977");
}

TEST_CASE("dates that are none", "[http][date]") {
  for (const char* text :
       {"", "Sun", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT", "Son, 06 Nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 29 Feb 1900 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 1994 -8:49:37 GMT", "Sunday, 06 Nov 1994 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994", "Sun Nov  6 08:49:37 1994 GMT", "784111777"}) {
    INFO(text);
    CHECK_FALSE(parse_date(text, 0));
  }
}

RILL_PROPERTY("dates agree with libc and survive the way there and back") {
  const auto seconds = *rc::gen::inRange<std::int64_t>(-62167219200, 253402300800);
  const DateText date(seconds);
  RC_ASSERT(parse_date(date.text(), 0) == seconds);
  const std::time_t time = seconds;
  std::tm fields{};
  gmtime_r(&time, &fields);
  char expected[40];
  std::strftime(expected, sizeof expected, "%a, %d %b %Y %H:%M:%S GMT", &fields);
  if (fields.tm_year >= -900) RC_ASSERT(date.text() == expected);  // %Y does not pad
}

TEST_CASE("media types go by the last extension", "[http][mime]") {
  MediaTypes types;
  CHECK(types.find("a/INDEX.HTML") == "text/html; charset=utf-8");
  CHECK(types.find("x.tar.gz") == "application/gzip");
  CHECK(types.find("photo.jpeg") == "image/jpeg");
  for (const char* name : {"html", ".html", "a.html/b", "x.", "x.unknown", "", "a/.css"}) {
    CHECK(types.find(name) == kUnknownMediaType);
  }
  types.add(
      "# a comment\ntext/x-own\tOWN  own2 # more\n\nimage/new html\r\nbroken own3\n"
      "a/b/c own4\nx/\xe9 own5\ntext/plain");
  CHECK(types.find("a.own") == "text/x-own; charset=utf-8");
  CHECK(types.find("a.own2") == "text/x-own; charset=utf-8");
  CHECK(types.find("a.html") == "image/new");
  for (const char* name : {"a.own3", "a.own4", "a.own5", "a.more", "a.#"}) {
    CHECK(types.find(name) == kUnknownMediaType);
  }
}

TEST_CASE("text means itself in HTML", "[http][escape]") {
  std::string out;
  append_html_escaped(out, "<img src=\"x\" onerror='y'>&amp;\x1b\0\n\xc3\xa9\xff"s);
  CHECK(out ==
        "&lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt;&amp;amp;\xef\xbf\xbd\xef\xbf\xbd\n"
        "\xc3\xa9\xff");
}

TEST_CASE("hosts and ports", "[http][host]") {
  CHECK(host("Example.COM") == "example.com 0");
  CHECK(host("a_b-c.d:8080") == "a_b-c.d 8080");
  CHECK(host("127.0.0.1:1") == "127.0.0.1 1");
  CHECK(host("[2001:DB8:0:0::1]:65535") == "[2001:db8::1] 65535");
  CHECK(host("[::ffff:1.2.3.4]") == "[::ffff:1.2.3.4] 0");
  CHECK(host("%41.b") == "a.b 0");
  CHECK(host("a:") == "a 0");
  CHECK(host("[v1.ab]") == "none 0");
  CHECK(host("a%2fb") == "none 0");
  for (const char* text : {"",        ":80",     "a:b",
                           "a:0",     "a:65536", "a:99999999999999999999",
                           "a b",     "a/b",     "a@b",
                           "[",       "[]",      "[::1",
                           "::1",     "[::1]a",  "[1.2.3.4]",
                           "[::1%1]", "[v.a]",   "[v1.]",
                           "[vg.a]",  "[v1a]",   "[1:2:3:4:5:6:7:8:9]",
                           "a:80:80", "%4",      "a\\b"}) {
    INFO(text);
    CHECK(host(text) == "none");
  }
}
