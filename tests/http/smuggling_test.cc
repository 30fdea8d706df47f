// Every known way to make two servers see different requests in the same bytes (reliability.md H3,
// H4; the classes of HTTP Garden's public list), as tables. What is refused must be refused with
// the status that RFC 9112 names; what the RFC allows must pass, or the strictness would be cheap.
#include <string>
#include <string_view>

#include "tests/http/transcript.h"
#include "tests/testing/testing.h"

using namespace rill::http;
using namespace std::string_view_literals;

namespace {

struct Row {
  const char* what;
  std::string_view text;  // made into a request by the function given to check()
  int status;             // 200: one complete request
  std::string_view body = {};
};

std::string whole(const Row& row) { return std::string(row.text); }

std::string with_line(const Row& row) { return std::string(row.text) + "\r\nHost: a\r\n\r\n"; }

// As the only fields.
std::string with_hosts(const Row& row) {
  const std::string fields = row.text.empty() ? "" : std::string(row.text) + "\r\n";
  return "GET / HTTP/1.1\r\n" + fields + "\r\n";
}

// As the last fields.
std::string with_fields(const Row& row) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(row.text) + "\r\n\r\n" +
         std::string(row.body);
}

// As the whole chunked body.
std::string with_chunks(const Row& row) {
  return with_fields({row.what, "Transfer-Encoding: chunked", row.status, row.text});
}

std::string with_last_chunk(const Row& row) { return with_chunks(row) + "0\r\n\r\n"; }

template <std::size_t size>
void check(std::string (*make_request)(const Row&), const Row (&rows)[size]) {
  for (const Row& row : rows) {
    INFO(row.what);
    const std::string bytes = make_request(row);
    CHECK(request_status(bytes) == row.status);
    CHECK(request_transcript(bytes) == request_transcript(bytes, every_byte(bytes)));
  }
}

}  // namespace

TEST_CASE("line ends: CR LF only, in every place", "[http][smuggling]") {
  static constexpr Row kWhole[] = {
      {"correct", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"empty lines before a request", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"too many empty lines", "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"bare LF before a request", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
      {"bare LF after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"bare LF at the end of the head", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
      {"bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400},
      {"bare CR everywhere", "GET / HTTP/1.1\rHost: a\r\r", 400},
      {"bare CR in the target", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"NUL in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"sv, 400},
      {"space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"TLS hello", "\x16\x03\x01\x02", 400},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
  };
  check(whole, kWhole);

  static constexpr Row kWithFields[] = {
      {"bare CR in a field value", "X: a\rb", 400},
      {"bare CR in a field name", "X\r: a", 400},
      {"CR CR LF", "X: a\r", 400},
      {"NUL in a value", "X: a\0b"sv, 400},
      {"NUL in a name", "X\0: b"sv, 400},
      {"VT in a value", "X: a\vb", 400},
      {"DEL in a value", "X: a\x7f", 400},
      {"TAB in a value", "X: a\tb", 200},
      {"bytes from 0x80 in a value", "X: \xc3\xa9\xff", 200},
      {"folded field", "X: a\r\n b", 400},
      {"folded with a tab", "X: a\r\n\tb", 400},
      {"fold of spaces only", "X: a\r\n ", 400},
  };
  check(with_fields, kWithFields);
}

TEST_CASE("request lines", "[http][smuggling]") {
  static constexpr Row kWhole[] = {
      {"HTTP/0.9", "GET /\r\n", 400},
      {"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 200},
  };
  check(whole, kWhole);

  static constexpr Row kWithLine[] = {
      {"no target", "GET HTTP/1.1", 400},
      {"two spaces before the target", "GET  / HTTP/1.1", 400},
      {"two spaces before the version", "GET /  HTTP/1.1", 400},
      {"tab as separator", "GET\t/ HTTP/1.1", 400},
      {"space at the front", " GET / HTTP/1.1", 400},
      {"space at the end", "GET / HTTP/1.1 ", 400},
      {"space in the target", "GET /a b HTTP/1.1", 400},
      {"lower-case version", "GET / http/1.1", 400},
      {"other protocol", "GET / RTSP/1.0", 400},
      {"version with three digits", "GET / HTTP/1.10", 400},
      {"version with a leading zero", "GET / HTTP/01.1", 400},
      {"version without minor", "GET / HTTP/1", 400},
      {"version with a comma", "GET / HTTP/1,1", 400},
      {"HTTP/2.0", "GET / HTTP/2.0", 505},
      {"HTTP/0.9 as a version", "GET / HTTP/0.9", 505},
      {"HTTP/1.2 is read as 1.1", "GET / HTTP/1.2", 200},
      {"unknown method", "BREW / HTTP/1.1", 501},
      {"lower-case method", "get / HTTP/1.1", 501},
      {"method with a bracket", "GE[T / HTTP/1.1", 400},
      {"method with a byte above 0x7f", "G\xc9T / HTTP/1.1", 400},
      {"no method", "/ HTTP/1.1", 400},
      {"target with a byte above 0x7f", "GET /\xe9 HTTP/1.1", 400},
      {"target with a fragment", "GET /a#b HTTP/1.1", 400},
      {"target with characters browsers do not encode", "GET /a|b?{c}^\"d\" HTTP/1.1", 200},
      {"relative target", "GET a HTTP/1.1", 400},
      {"OPTIONS *", "OPTIONS * HTTP/1.1", 200},
      {"GET *", "GET * HTTP/1.1", 400},
      {"OPTIONS *x", "OPTIONS *x HTTP/1.1", 400},
      {"absolute", "GET http://b/c HTTP/1.1", 200},
      {"absolute, upper case", "GET HTTP://B HTTP/1.1", 200},
      {"absolute, other scheme", "GET ftp://b/ HTTP/1.1", 400},
      {"absolute without host", "GET http:///c HTTP/1.1", 400},
      {"absolute with user", "GET http://u@b/ HTTP/1.1", 400},
      {"absolute with a bad port", "GET http://b:99999/ HTTP/1.1", 400},
      {"CONNECT", "CONNECT b:443 HTTP/1.1", 200},
      {"CONNECT without port", "CONNECT b HTTP/1.1", 400},
      {"CONNECT with a path", "CONNECT / HTTP/1.1", 400},
      {"GET with a host as target", "GET b:443 HTTP/1.1", 400},
  };
  check(with_line, kWithLine);
}

TEST_CASE("field names and Host", "[http][smuggling]") {
  static constexpr Row kWithFields[] = {
      {"space before the colon", "X : a", 400},
      {"tab before the colon", "X\t: a", 400},
      {"space before Content-Length's colon", "Content-Length : 1", 400, "x"},
      {"space in a name", "X Y: a", 400},
      {"no name", ": a", 400},
      {"no colon", "X", 400},
      {"bracket in a name", "X(Y): a", 400},
      {"quote in a name", "\"X\": a", 400},
      {"byte above 0x7f in a name", "X\xe9: a", 400},
      {"no value", "X:", 200},
      {"no space after the colon", "X:a", 200},
      {"every tchar", "!#$%&'*+-.^_`|~09azAZ: a", 200},
  };
  check(with_fields, kWithFields);

  static constexpr Row kWithHosts[] = {
      {"no Host", "", 400},
      {"two Hosts", "Host: a\r\nHost: a", 400},
      {"empty Host", "Host:", 400},
      {"list of hosts", "Host: a, b", 400},
      {"Host with a path", "Host: a/b", 400},
      {"Host with user", "Host: u@a", 400},
      {"Host with a space", "Host: a b", 400},
      {"Host with a backslash", "Host: a\\b", 400},
      {"Host that is a URL", "Host: http://a", 400},
      {"port of letters", "Host: a:b", 400},
      {"port too large", "Host: a:65536", 400},
      {"port zero", "Host: a:0", 400},
      {"negative port", "Host: a:-1", 400},
      {"two ports", "Host: a:1:2", 400},
      {"empty port", "Host: a:", 200},
      {"port", "Host: a:65535", 200},
      {"IPv6", "Host: [::1]:80", 200},
      {"IPv6 without brackets", "Host: ::1", 400},
      {"IPv6 with a zone", "Host: [fe80::1%25eth0]", 400},
      {"not closed", "Host: [::1", 400},
      {"bytes after the bracket", "Host: [::1]a", 400},
      {"two brackets", "Host: [[::1]]", 400},
      {"IPvFuture", "Host: [v1.a:b]", 200},
      {"percent-encoded name", "Host: %61", 200},
      {"half a triplet", "Host: %6", 400},
  };
  check(with_hosts, kWithHosts);

  static constexpr Row kWhole[] = {
      {"no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 200},
      {"two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"Host beside an absolute target", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"absolute target without Host", "GET http://b/ HTTP/1.1\r\n\r\n", 400},
  };
  check(whole, kWhole);
}

TEST_CASE("Content-Length and Transfer-Encoding", "[http][smuggling]") {
  static constexpr Row kWithFields[] = {
      {"length", "Content-Length: 3", 200, "abc"},
      {"length in any case", "cOnTeNt-LeNgTh: 3", 200, "abc"},
      {"spaces around it", "Content-Length: \t 3 ", 200, "abc"},
      {"leading zeros", "Content-Length: 0003", 200, "abc"},
      {"zero", "Content-Length: 0", 200},
      {"two equal ones", "Content-Length: 3\r\nContent-Length: 3", 400, "abc"},
      {"two different ones", "Content-Length: 3\r\nContent-Length: 4", 400, "abcd"},
      {"list", "Content-Length: 3, 3", 400, "abc"},
      {"plus", "Content-Length: +3", 400, "abc"},
      {"minus", "Content-Length: -3", 400, "abc"},
      {"hexadecimal", "Content-Length: 0x3", 400, "abc"},
      {"underscore", "Content-Length: 1_0", 400, "abc"},
      {"fraction", "Content-Length: 3.0", 400, "abc"},
      {"exponent", "Content-Length: 3e0", 400, "abc"},
      {"quotes", "Content-Length: \"3\"", 400, "abc"},
      {"two numbers", "Content-Length: 3 3", 400, "abc"},
      {"empty", "Content-Length:", 400},
      {"spaces only", "Content-Length:  ", 400},
      {"superscript digit", "Content-Length: \xb3", 400, "abc"},
      {"2^64", "Content-Length: 18446744073709551616", 400},
      {"2^64 + 3", "Content-Length: 18446744073709551619", 400, "abc"},
      {"2^64 - 1", "Content-Length: 18446744073709551615", 413},
      {"2^63", "Content-Length: 9223372036854775808", 413},
      {"above the limit", "Content-Length: 1048577", 413},
      {"chunked in any case", "Transfer-Encoding: ChUnKeD", 200, "1\r\nx\r\n0\r\n\r\n"},
      {"length and chunked", "Content-Length: 3\r\nTransfer-Encoding: chunked", 400,
       "1\r\nx\r\n0\r\n\r\n"},
      {"chunked and length", "Transfer-Encoding: chunked\r\nContent-Length: 3", 400,
       "1\r\nx\r\n0\r\n\r\n"},
      {"chunked twice", "Transfer-Encoding: chunked, chunked", 400, "1\r\nx\r\n0\r\n\r\n"},
      {"two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400,
       "1\r\nx\r\n0\r\n\r\n"},
      {"identity in a second line", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
       400, "1\r\nx\r\n0\r\n\r\n"},
      {"not last", "Transfer-Encoding: chunked, identity", 400, "1\r\nx\r\n0\r\n\r\n"},
      {"identity", "Transfer-Encoding: identity", 400},
      {"unknown coding alone", "Transfer-Encoding: gzip", 400},
      {"unknown coding before", "Transfer-Encoding: gzip, chunked", 501, "1\r\nx\r\n0\r\n\r\n"},
      {"coding with a parameter", "Transfer-Encoding: x;q=\"1\", chunked", 501,
       "1\r\nx\r\n0\r\n\r\n"},
      {"xchunked", "Transfer-Encoding: xchunked", 400, "1\r\nx\r\n0\r\n\r\n"},
      {"chunkedx", "Transfer-Encoding: chunkedx", 400, "1\r\nx\r\n0\r\n\r\n"},
      {"chunked with a parameter", "Transfer-Encoding: chunked;a=b", 400, "1\r\nx\r\n0\r\n\r\n"},
      {"quoted", "Transfer-Encoding: \"chunked\"", 400, "1\r\nx\r\n0\r\n\r\n"},
      {"comma before", "Transfer-Encoding: ,chunked", 400, "1\r\nx\r\n0\r\n\r\n"},
      {"comma after", "Transfer-Encoding: chunked,", 400, "1\r\nx\r\n0\r\n\r\n"},
      {"empty", "Transfer-Encoding:", 400},
      {"two words", "Transfer-Encoding: chunked x", 400, "1\r\nx\r\n0\r\n\r\n"},
      {"vertical tab before", "Transfer-Encoding: \vchunked", 400, "1\r\nx\r\n0\r\n\r\n"},
      {"NUL after", "Transfer-Encoding: chunked\0"sv, 400, "1\r\nx\r\n0\r\n\r\n"},
      {"underscore in the name is another field", "Transfer_Encoding: chunked", 200},
      {"Connection cannot hide the length", "Connection: Content-Length\r\nContent-Length: 3", 200,
       "abc"},
      {"Upgrade changes nothing", "Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 3", 200,
       "abc"},
  };
  check(with_fields, kWithFields);

  static constexpr Row kWithChunks[] = {
      {"chunked", "1\r\nx\r\n0\r\n\r\n", 200},
  };
  check(with_chunks, kWithChunks);

  static constexpr Row kWhole[] = {
      {"chunked in HTTP/1.0",
       "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"GET with a body", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200},
  };
  check(whole, kWhole);
}

TEST_CASE("chunks", "[http][smuggling]") {
  static constexpr Row kWithLastChunk[] = {
      {"one", "3\r\nabc\r\n", 200},
      {"hexadecimal, both cases", "a\r\n0123456789\r\nA\r\n0123456789\r\n", 200},
      {"minus", "-3\r\nabc\r\n", 400},
      {"plus", "+3\r\nabc\r\n", 400},
      {"0x", "0x3\r\nabc\r\n", 400},
      {"underscore", "1_0\r\nabc\r\n", 400},
      {"no size", "\r\nabc\r\n", 400},
      {"no digit", "g\r\nabc\r\n", 400},
      {"space before the size", " 3\r\nabc\r\n", 400},
      {"space after the size", "3 \r\nabc\r\n", 400},
      {"tab after the size", "3\t\r\nabc\r\n", 400},
      {"2^64 + 3", "10000000000000003\r\nabc\r\n", 413},
      {"2^64 - 1", "ffffffffffffffff\r\nabc\r\n", 413},
      {"2^63", "8000000000000000\r\nabc\r\n", 413},
      {"bare LF after the size", "3\nabc\r\n", 400},
      {"bare CR after the size", "3\rabc\r\n", 400},
      {"CR and another byte after the size", "3\rXabc\r\n", 400},
      {"bare LF after the data", "3\r\nabc\n", 400},
      {"nothing after the data", "3\r\nabc", 400},
      {"two other bytes after the data", "3\r\nabcXX", 400},
      {"data longer than the size", "3\r\nabcd\r\n", 400},
      {"data shorter than the size", "4\r\nabc\r\n", 400},
      {"extension", "3;a\r\nabc\r\n", 200},
      {"extension with a value", "3;a=b;c=d\r\nabc\r\n", 200},
      {"extension in quotes", "3;a=\"b;\\\" c\"\r\nabc\r\n", 200},
      {"bad whitespace that must be read", "3 ; a = b ;c\r\nabc\r\n", 200},
      {"extension without a name", "3;\r\nabc\r\n", 400},
      {"extension without a value", "3;a=\r\nabc\r\n", 400},
      {"space after an extension", "3;a \r\nabc\r\n", 400},
      {"bare LF in an extension", "3;a\nabc\r\n", 400},
      {"CR in an extension", "3;a\rb\r\nabc\r\n", 400},
      {"NUL in an extension", "3;a=\"\0\"\r\nabc\r\n"sv, 400},
      {"quote that does not end", "3;a=\"b\r\nabc\r\n", 400},
  };
  check(with_last_chunk, kWithLastChunk);

  static constexpr Row kWithChunks[] = {
      {"none", "0\r\n\r\n", 200},
      {"leading zeros", "003\r\nabc\r\n000\r\n\r\n", 200},
      {"trailer", "0\r\nX: a\r\nY:\r\n\r\n", 200},
      {"a length in the trailer is not heard", "0\r\nContent-Length: 5\r\n\r\n", 200},
      {"folded trailer", "0\r\nX: a\r\n b\r\n\r\n", 400},
      {"trailer with a space before the colon", "0\r\nX : a\r\n\r\n", 400},
      {"trailer without a name", "0\r\n: a\r\n\r\n", 400},
      {"trailer without a colon", "0\r\nX\r\n\r\n", 400},
      {"bare LF after a trailer", "0\r\nX: a\n\r\n", 400},
      {"bare LF at the end", "0\r\n\n", 400},
      {"NUL in a trailer", "0\r\nX: \0\r\n\r\n"sv, 400},
  };
  check(with_chunks, kWithChunks);
}

TEST_CASE("chunk framing that does not end is refused", "[http][smuggling]") {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  CHECK(request_status(head + std::string(10000, '0')) == 400);
  CHECK(request_status(head + "3;" + std::string(10000, 'a')) == 400);
  CHECK(request_status(head + "0\r\nX: " + std::string(10000, 'a')) == 400);
}

TEST_CASE("the bytes after a request are the next one, whatever its body looks like",
          "[http][smuggling]") {
  const std::string next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string tail = "GET /next 1.1 host=a path=/next keep-alive | Host=a | \nidle";
  static constexpr Row kBodies[] = {
      {"length", "Content-Length: 30", 200, "GET /inner HTTP/1.1\r\nHost: b\r\n"},
      {"chunk", "Transfer-Encoding: chunked", 200,
       "1e\r\nGET /inner HTTP/1.1\r\nHost: b\r\n\r\n0\r\n\r\n"},
      {"trailer", "Transfer-Encoding: chunked", 200, "0\r\nX: GET /inner HTTP/1.1\r\n\r\n"},
  };
  for (const Row& row : kBodies) {
    INFO(row.what);
    const std::string transcript = request_transcript(with_fields(row) + next);
    CHECK(transcript.ends_with(tail));
    CHECK(transcript.find("/inner 1.1") == std::string::npos);
  }
}
