// Lines of the access log: what they look like, and that no client can write anything but its own
// fields into them.
#include "lessons/httpd/access_format.h"

#include "net/http/request_parser.h"
#include "tests/testing/property.h"

namespace rill::httpd {
namespace {

/// The line for a request of these bytes.
std::string line_for(AccessFormat format, std::string_view request_bytes) {
  http::RequestParser parser;
  std::string_view input = request_bytes;
  for (http::Event event = {}; event != http::Event::end;) {
    event = parser.next(input);
    if (event == http::Event::error || event == http::Event::need_input) return "(refused)";
  }
  const http::Request& request = parser.request();
  Access access;
  access.client = Address::parse("2001:db8::7", 40001).value();
  access.method = request.method_name;
  access.target = request.target;
  access.minor_version = request.minor_version;
  access.fields = &request.fields;
  access.status = 206;
  access.body_bytes = 12'345;
  access.ended_seconds = 1'795'668'000;
  access.took = microseconds(1'234'567) + nanoseconds(890);
  access.is_complete = false;
  std::string line;
  AccessFormatter(format).append(line, access);
  return line;
}

std::string request_with(const std::string& fields, const std::string& target = "/a") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

TEST_CASE("the common format is Apache's", "[httpd][log]") {
  CHECK(line_for(AccessFormat::common, request_with("User-Agent: me\r\n", "/a?b=c")) ==
        "2001:db8::7 - - [26/Nov/2026:04:40:00 +0000] \"GET /a?b=c HTTP/1.1\" 206 12345\n");
  CHECK(line_for(AccessFormat::common, "OPTIONS * HTTP/1.0\r\n\r\n") ==
        "2001:db8::7 - - [26/Nov/2026:04:40:00 +0000] \"OPTIONS * HTTP/1.0\" 206 12345\n");
}

TEST_CASE("the combined format adds referrer and user agent", "[httpd][log]") {
  CHECK(line_for(AccessFormat::combined,
                 request_with("User-Agent: curl/8.1 (x)\r\nReferer: http://h/\r\n")) ==
        "2001:db8::7 - - [26/Nov/2026:04:40:00 +0000] \"GET /a HTTP/1.1\" 206 12345 "
        "\"http://h/\" \"curl/8.1 (x)\"\n");
  CHECK_THAT(line_for(AccessFormat::combined, request_with("")),
             testing::contains(" 12345 \"-\" \"-\"\n"));
}

TEST_CASE("the JSON format is one object to a line", "[httpd][log]") {
  CHECK(line_for(AccessFormat::json, request_with("User-Agent: me\r\n", "/a?b=c")) ==
        R"({"time":"2026-11-26T04:40:00Z","client":"2001:db8::7","port":40001,"method":"GET",)"
        R"("target":"/a?b=c","version":"HTTP/1.1","status":206,"body_bytes":12345,)"
        R"("duration_us":1234567,"referer":null,"user_agent":"me","complete":false})"
        "\n");
}

TEST_CASE("a request that was not understood has no fields", "[httpd][log]") {
  Access access;
  access.client = Address::loopback_ipv4(1);
  access.status = 400;
  std::string line;
  AccessFormatter(AccessFormat::combined).append(line, access);
  AccessFormatter(AccessFormat::json).append(line, access);
  CHECK(line ==
        "127.0.0.1 - - [01/Jan/1970:00:00:00 +0000] \"-\" 400 - \"-\" \"-\"\n"
        R"({"time":"1970-01-01T00:00:00Z","client":"127.0.0.1","port":1,"method":null,)"
        R"("target":null,"version":null,"status":400,"body_bytes":0,"duration_us":0,)"
        R"("referer":null,"user_agent":null,"complete":true})"
        "\n");
}

TEST_CASE("quotes, backslashes and bytes that are not ASCII are escaped", "[httpd][log]") {
  const std::string fields = "User-Agent: a\"b\\c\td\xC3\xBC\xF0\x9F\x92\xA7\xFF\xED\xA0\x80\r\n";
  CHECK_THAT(line_for(AccessFormat::combined, request_with(fields, "/\"\\")),
             testing::contains(R"("GET /\"\\ HTTP/1.1")"));
  CHECK_THAT(line_for(AccessFormat::combined, request_with(fields)),
             testing::contains(R"("a\"b\\c\x09d\xc3\xbc\xf0\x9f\x92\xa7\xff\xed\xa0\x80")"));
  CHECK_THAT(line_for(AccessFormat::json, request_with(fields)),
             testing::contains(
                 R"("user_agent":"a\"b\\c\u0009d\u00fc\ud83d\udca7\ufffd\ufffd\ufffd\ufffd",)"));
}

TEST_CASE("what only looks like UTF-8 takes no byte with it", "[httpd][log]") {
  CHECK_THAT(line_for(AccessFormat::json, request_with("User-Agent: a\xC3(\xE2\x82\"b\r\n")),
             testing::contains(R"("user_agent":"a\ufffd(\ufffd\ufffd\"b",)"));
}

TEST_CASE("the time is made anew each second", "[httpd][log]") {
  AccessFormatter formatter(AccessFormat::json);
  Access access;
  std::string lines;
  for (const std::int64_t seconds : {0, 1, 1, 0}) {
    access.ended_seconds = seconds;
    std::string line;
    formatter.append(line, access);
    lines += line.substr(9, 20) + " ";
  }
  CHECK(lines ==
        "1970-01-01T00:00:00Z 1970-01-01T00:00:01Z 1970-01-01T00:00:01Z 1970-01-01T00:00:00Z ");
}

TEST_CASE("long fields are cut", "[httpd][log]") {
  const std::string request =
      request_with("User-Agent: " + std::string(9000, '"') + "\r\n", "/" + std::string(8000, 'a'));
  for (const AccessFormat format : {AccessFormat::combined, AccessFormat::json}) {
    const std::string line = line_for(format, request);
    CHECK(line.size() < 3 * kMostFieldBytes + 500);
    CHECK_THAT(line, testing::contains("aaa..."));
    CHECK_THAT(line, testing::contains("\\\"..."));
  }
}

/// The strings of a line: after each opening quote up to the closing one. Throws if escapes are not
/// as `escapes` has them, or quotes do not close.
std::size_t count_strings(const std::string& line, std::string_view escapes) {
  std::size_t strings = 0;
  bool is_inside = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') {
      strings += !is_inside;
      is_inside = !is_inside;
    } else if (line[i] == '\\') {
      if (!is_inside || i + 1 == line.size() || escapes.find(line[i + 1]) == escapes.npos)
        throw std::runtime_error("a wrong escape");
      ++i;
    }
  }
  if (is_inside) throw std::runtime_error("a string does not end");
  return strings;
}

/// Bytes that a field may hold, and more quotes, backslashes and beginnings of UTF-8 than usual.
rc::Gen<std::string> any_field() {
  const auto byte = rc::gen::cast<char>(
      rc::gen::oneOf(rc::gen::inRange(0x20, 0x7F), rc::gen::inRange(0x80, 0x100),
                     rc::gen::element<int>('"', '\\', '\t', 0xC3, 0xE2, 0xF0, 0x80)));
  return rc::gen::container<std::string>(byte);
}

RILL_PROPERTY("whatever a client sends, a line stays one line of its fields",
              const std::string& target) {
  const std::string agent = *any_field();
  const std::string referrer = *any_field();
  Access access;
  access.client = Address::loopback_ipv4(1);
  access.method = "GET";
  access.target = target;
  std::string common;
  AccessFormatter(AccessFormat::common).append(common, access);
  const std::string request =
      request_with("User-Agent: " + agent + "\r\nReferer: " + referrer + "\r\n");
  const std::string combined = line_for(AccessFormat::combined, request);
  const std::string json = line_for(AccessFormat::json, request);
  for (const std::string& line : {common, combined, json}) {
    RC_ASSERT(line.find('\n') == line.size() - 1);
    const bool is_printable =
        std::all_of(line.begin(), line.end() - 1, [](char c) { return c >= 0x20 && c < 0x7F; });
    RC_ASSERT(is_printable);
  }
  RC_ASSERT(count_strings(common, "\"\\x") == 1);
  RC_ASSERT(count_strings(combined, "\"\\x") == 3);
  RC_ASSERT(count_strings(json, "\"\\u") == 12 + 7);  // names and values
}

}  // namespace
}  // namespace rill::httpd
