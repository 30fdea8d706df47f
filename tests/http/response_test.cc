// The response parser: bodies of every kind, truncation never taken for the end, limits, hostile
// servers.
#include <algorithm>
#include <string>
#include <vector>

#include "net/http/writer.h"
#include "tests/http/transcript.h"
#include "tests/testing/property.h"

using namespace rill::http;
using namespace std::string_literals;

namespace {

struct Row {
  const char* what;
  std::string bytes;
  std::string expected;
};

void check(const std::vector<Row>& rows, Method method = Method::get, const Limits& limits = {}) {
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(response_transcript(row.bytes, {}, method, limits) == row.expected);
    CHECK(response_transcript(row.bytes, every_byte(row.bytes), method, limits) == row.expected);
  }
}

std::string ok(const std::string& fields, const std::string& body = "") {
  return "HTTP/1.1 200 OK\r\n" + fields + "\r\n" + body;
}

const std::string kMalformed = "error: the response is malformed";

}  // namespace

TEST_CASE("where a body ends", "[http][response]") {
  const std::string length = "Content-Length: 3\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  check({
      {"length", ok(length, "abc"), "200 1.1 keep-alive | Content-Length=3 | abcend, 0 bytes left"},
      {"bytes behind it", ok(length, "abcde"),
       "200 1.1 keep-alive | Content-Length=3 | abcend, 2 bytes left"},
      {"cut", ok(length, "ab"),
       "200 1.1 keep-alive | Content-Length=3 | aberror: the response was cut short"},
      {"chunked", ok(chunked, "3\r\nabc\r\n0\r\nX: y\r\n\r\n"),
       "200 1.1 keep-alive | Transfer-Encoding=chunked | abcend, 0 bytes left"},
      {"cut after the data", ok(chunked, "3\r\nabc\r\n"),
       "200 1.1 keep-alive | Transfer-Encoding=chunked | abcerror: the response was cut short"},
      {"cut before the last line end", ok(chunked, "0\r\n"),
       "200 1.1 keep-alive | Transfer-Encoding=chunked | error: the response was cut short"},
      {"bad chunk", ok(chunked, "x\r\n"),
       "200 1.1 keep-alive | Transfer-Encoding=chunked | " + kMalformed},
      {"until the end", ok("X: y\r\n", "abc"), "200 1.1 | X=y | abcend, 0 bytes left"},
      {"empty until the end", ok("X: y\r\n"), "200 1.1 | X=y | end, 0 bytes left"},
      {"204", "HTTP/1.1 204 No\r\nX: y\r\n\r\nabc", "204 1.1 keep-alive | X=y | end, 3 bytes left"},
      {"304 with a length", "HTTP/1.1 304 \r\nContent-Length: 3\r\n\r\n",
       "304 1.1 keep-alive | Content-Length=3 | end, 0 bytes left"},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na",
       "200 1.0 | Content-Length=1 | aend, 0 bytes left"},
      {"close", ok("Connection: close\r\nContent-Length: 1\r\n", "a"),
       "200 1.1 | Connection=close Content-Length=1 | aend, 0 bytes left"},
  });
  check({{"length", ok(length, "abc"), "200 1.1 keep-alive | Content-Length=3 | end, 3 bytes left"},
         {"chunked", ok(chunked),
          "200 1.1 keep-alive | Transfer-Encoding=chunked | end, 0 bytes left"},
         {"neither", ok(""), "200 1.1 keep-alive | | end, 0 bytes left"}},
        Method::head);
}

TEST_CASE("status lines", "[http][response]") {
  const auto line = [](const std::string& text) { return text + "\r\nContent-Length: 0\r\n\r\n"; };
  const std::string rest = " | Content-Length=0 | end, 0 bytes left";
  check({
      {"no reason", line("HTTP/1.1 200 "), "200 1.1 keep-alive" + rest},
      {"not even the space", line("HTTP/1.1 200"), "200 1.1 keep-alive" + rest},
      {"long reason", line("HTTP/1.1 404 Not \xc3\xa9 there"), "404 1.1 keep-alive" + rest},
      {"unknown code", line("HTTP/1.1 799 x"), "799 1.1 keep-alive" + rest},
      {"HTTP/1.2", line("HTTP/1.2 200 x"), "200 1.1 keep-alive" + rest},
      {"two digits", line("HTTP/1.1 20 OK"), kMalformed},
      {"four digits", line("HTTP/1.1 2000 OK"), kMalformed},
      {"below 100", line("HTTP/1.1 099 OK"), kMalformed},
      {"letters", line("HTTP/1.1 2x0 OK"), kMalformed},
      {"minus", line("HTTP/1.1 -20 OK"), kMalformed},
      {"two spaces", line("HTTP/1.1  200 OK"), kMalformed},
      {"HTTP/2", line("HTTP/2.0 200 OK"), kMalformed},
      {"no HTTP", line("ICY 200 OK"), kMalformed},
      {"HTTP/0.9", "<html>\r\n", kMalformed},
      {"NUL in the reason", line("HTTP/1.1 200 \0"s), kMalformed},
      {"empty line first", "\r\n" + line("HTTP/1.1 200 OK"), kMalformed},
      {"upgrade nobody asked for", line("HTTP/1.1 101 Switching Protocols"), kMalformed},
      {"nothing", "", "error: the response was cut short"},
      {"half a head", "HTTP/1.1 200 OK\r\nX", "error: the response was cut short"},
  });
}

TEST_CASE("heads that cannot be trusted", "[http][response]") {
  const std::string chunks = "0\r\n\r\n";
  check({
      {"two lengths", ok("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), kMalformed},
      {"negative length", ok("Content-Length: -1\r\n"), kMalformed},
      {"length and chunked", ok("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", chunks),
       kMalformed},
      {"chunked in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks,
       kMalformed},
      {"chunked twice", ok("Transfer-Encoding: chunked, chunked\r\n", chunks), kMalformed},
      {"two codings", ok("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunks),
       kMalformed},
      {"not ending in chunked", ok("Transfer-Encoding: gzip\r\n"), kMalformed},
      {"unknown coding", ok("Transfer-Encoding: gzip, chunked\r\n", chunks),
       "error: the response has an unknown transfer coding"},
      {"bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", kMalformed},
      {"space before the colon", ok("X : y\r\n"), kMalformed},
      {"fold before the first field", "HTTP/1.1 200 OK\r\n X: y\r\n\r\n", kMalformed},
  });
  const std::string tail = "Content-Length: 0\r\n";
  check({
      {"a fold becomes spaces", ok("X: a\r\n \tb\r\n" + tail),
       "200 1.1 keep-alive | X=a   \tb Content-Length=0 | end, 0 bytes left"},
      {"folds of nothing", ok("X:\r\n \r\n  \r\n" + tail),
       "200 1.1 keep-alive | X= Content-Length=0 | end, 0 bytes left"},
      {"a folded length", ok("Content-Length:\r\n 0\r\n"),
       "200 1.1 keep-alive | Content-Length=0 | end, 0 bytes left"},
  });
}

TEST_CASE("interim responses are skipped, up to a bound", "[http][response]") {
  std::string interim;
  for (int i = 0; i < 16; ++i) interim += "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  const std::string final = ok("Content-Length: 0\r\n");
  check({{"16", interim + final, "200 1.1 keep-alive | Content-Length=0 | end, 0 bytes left"},
         {"17", interim + "HTTP/1.1 100 Continue\r\n\r\n" + final,
          "error: too many interim responses"},
         {"only one", "HTTP/1.1 100 Continue\r\n\r\n", "error: the response was cut short"}});
}

TEST_CASE("limits on every part", "[http][response]") {
  Limits limits;
  limits.start_line_bytes = 20;
  limits.header_bytes = 40;
  limits.field_count = 2;
  limits.body_bytes = 4;
  const std::string head_error = "error: the response's head is too large";
  const std::string body_error = "error: the response's body is too large";
  check({{"status line", "HTTP/1.1 200 " + std::string(8, 'x'), head_error},
         {"endless line", std::string("HTTP/1.1 200 OK\r\nX: ") + std::string(99, 'x'), head_error},
         {"fields", ok("A: 1\r\nB: 2\r\nC: 3\r\n"), head_error},
         {"folds count", ok("A: 1\r\n 2\r\n 3\r\n"), head_error},
         {"declared", ok("Content-Length: 5\r\n", "abcde"),
          "200 1.1 keep-alive | Content-Length=5 | " + body_error},
         {"just", ok("A: 1\r\n", "abcd"), "200 1.1 | A=1 | abcdend, 0 bytes left"},
         {"endless", ok("A: 1\r\n", "abcde"), "200 1.1 | A=1 | abcd" + body_error},
         {"chunks", ok("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n2\r\nde\r\n"),
          "200 1.1 keep-alive | Transfer-Encoding=chunked | abc" + body_error}},
        Method::get, limits);
}

TEST_CASE("a parser is used for one response after another", "[http][response]") {
  ResponseParser parser;
  const std::string bytes = ok("Content-Length: 1\r\n", "aHTTP/1.1 204 No\r\n\r\n");
  std::string_view input = bytes;
  CHECK(parser.idle());
  CHECK(parser.next(input) == Event::head);
  CHECK_FALSE(parser.idle());
  CHECK(parser.response().reason == "OK");
  CHECK(parser.response().content_length == 1);
  CHECK(parser.next(input) == Event::body);
  CHECK(parser.next(input) == Event::end);
  const std::size_t left = input.size();
  CHECK(parser.next(input) == Event::end);  // unasked bytes are not touched
  CHECK(input.size() == left);
  parser.start(Method::get);
  CHECK(parser.next(input) == Event::head);
  CHECK(parser.response().status == 204);
  CHECK_FALSE(parser.response().content_length);
  CHECK(parser.next(input) == Event::end);
  CHECK(parser.finish() == Event::end);
}

TEST_CASE("a stream that ends before the first byte can be told from a cut", "[http][response]") {
  ResponseParser parser;
  CHECK(parser.finish() == Event::error);
  CHECK(parser.fault() == ResponseFault::truncated);
  CHECK(parser.idle());
  parser.start(Method::get);
  std::string_view input = "H";
  CHECK(parser.next(input) == Event::need_input);
  CHECK(parser.finish() == Event::error);
  CHECK_FALSE(parser.idle());
  parser.start(Method::get);
  input = "\n";
  CHECK(parser.next(input) == Event::error);
  CHECK_FALSE(parser.idle());
}

RILL_PROPERTY("a response that is cut anywhere is never complete") {
  const bool is_chunked = *rc::gen::arbitrary<bool>();
  const auto body = *rc::gen::arbitrary<std::string>();
  std::string bytes;
  auto writer = HeadWriter::response(bytes, 200);
  if (is_chunked) {
    writer.chunked().end();
    append_chunk(bytes, body);
    append_last_chunk(bytes);
  } else {
    writer.content_length(body.size()).end();
    bytes += body;
  }
  const std::string whole = response_transcript(bytes);
  RC_ASSERT(whole.ends_with(body + "end, 0 bytes left"));
  const auto end = *rc::gen::inRange<std::size_t>(0, bytes.size());
  RC_ASSERT(response_transcript(bytes.substr(0, end)).ends_with("the response was cut short"));
}

RILL_PROPERTY("a damaged response means the same for every cut", const std::string& body) {
  std::string bytes =
      "HTTP/1.1 100 Continue\r\n\r\n" + ok("A: b\r\n c\r\nTransfer-Encoding: chunked\r\n");
  append_chunk(bytes, body);
  append_chunk(bytes, "x");
  append_last_chunk(bytes);
  const std::string damage = "\r\n\0 \t:,;0x\xff/"s;
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::elementOf(damage);
  }
  const std::string whole = response_transcript(bytes);
  RC_ASSERT(response_transcript(bytes, every_byte(bytes)) == whole);
  for (std::size_t at = 0; at < std::min<std::size_t>(bytes.size(), 512); ++at) {
    RC_ASSERT(response_transcript(bytes, {at}) == whole);
  }
}
