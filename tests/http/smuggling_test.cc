// Every known way to make two servers see different requests in the same bytes (reliability.md H3,
// H4; the classes of HTTP Garden's public list), as tables. What is refused must be refused with
// the status that RFC 9112 names; what the RFC allows must pass, or the strictness would be cheap.
#include <string>
#include <string_view>

#include "tests/http/transcript.h"
#include "tests/testing/testing.h"

using namespace rill::http;
using namespace std::string_literals;

namespace {

struct Row {
  const char* what;
  std::string bytes;
  int status;  // 200: one complete request
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(request_status(row.bytes) == row.status);
    CHECK(request_transcript(row.bytes) == request_transcript(row.bytes, every_byte(row.bytes)));
  }
}

// A request with these field lines between Host and the end of the head.
std::string with(const std::string& fields, const std::string& body = "",
                 const std::string& version = "1.1") {
  return "POST / HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n" + body;
}
std::string with_chunks(const std::string& body) {
  return with("Transfer-Encoding: chunked\r\n", body);
}

}  // namespace

TEST_CASE("line ends: CR LF only, in every place", "[http][smuggling]") {
  check({
      {"correct", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"empty lines before a request", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"too many empty lines", "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"bare LF before a request", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
      {"bare LF after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"bare LF at the end of the head", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
      {"bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400},
      {"bare CR everywhere", "GET / HTTP/1.1\rHost: a\r\r", 400},
      {"bare CR in a field value", with("X: a\rb\r\n"), 400},
      {"bare CR in a field name", with("X\r: a\r\n"), 400},
      {"CR CR LF", with("X: a\r\r\n"), 400},
      {"bare CR in the target", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"NUL in a value", with("X: a\0b\r\n"s), 400},
      {"NUL in a name", with("X\0: b\r\n"s), 400},
      {"NUL in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"s, 400},
      {"VT in a value", with("X: a\vb\r\n"), 400},
      {"DEL in a value", with("X: a\x7f\r\n"), 400},
      {"TAB in a value", with("X: a\tb\r\n"), 200},
      {"bytes from 0x80 in a value", with("X: \xc3\xa9\xff\r\n"), 200},
      {"folded field", with("X: a\r\n b\r\n"), 400},
      {"folded with a tab", with("X: a\r\n\tb\r\n"), 400},
      {"fold of spaces only", with("X: a\r\n \r\n"), 400},
      {"space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"TLS hello", "\x16\x03\x01\x02", 400},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
  });
}

TEST_CASE("request lines", "[http][smuggling]") {
  const auto line = [](const std::string& text) { return text + "\r\nHost: a\r\n\r\n"; };
  check({
      {"HTTP/0.9", "GET /\r\n", 400},
      {"no target", line("GET HTTP/1.1"), 400},
      {"two spaces before the target", line("GET  / HTTP/1.1"), 400},
      {"two spaces before the version", line("GET /  HTTP/1.1"), 400},
      {"tab as separator", line("GET\t/ HTTP/1.1"), 400},
      {"space at the front", line(" GET / HTTP/1.1"), 400},
      {"space at the end", line("GET / HTTP/1.1 "), 400},
      {"space in the target", line("GET /a b HTTP/1.1"), 400},
      {"lower-case version", line("GET / http/1.1"), 400},
      {"other protocol", line("GET / RTSP/1.0"), 400},
      {"version with three digits", line("GET / HTTP/1.10"), 400},
      {"version with a leading zero", line("GET / HTTP/01.1"), 400},
      {"version without minor", line("GET / HTTP/1"), 400},
      {"version with a comma", line("GET / HTTP/1,1"), 400},
      {"HTTP/2.0", line("GET / HTTP/2.0"), 505},
      {"HTTP/0.9 as a version", line("GET / HTTP/0.9"), 505},
      {"HTTP/1.2 is read as 1.1", line("GET / HTTP/1.2"), 200},
      {"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 200},
      {"unknown method", line("BREW / HTTP/1.1"), 501},
      {"lower-case method", line("get / HTTP/1.1"), 501},
      {"method with a bracket", line("GE[T / HTTP/1.1"), 400},
      {"method with a byte above 0x7f", line("G\xc9T / HTTP/1.1"), 400},
      {"no method", line("/ HTTP/1.1"), 400},
      {"target with a byte above 0x7f", line("GET /\xe9 HTTP/1.1"), 400},
      {"target with a fragment", line("GET /a#b HTTP/1.1"), 400},
      {"target with characters browsers do not encode", line("GET /a|b?{c}^\"d\" HTTP/1.1"), 200},
      {"relative target", line("GET a HTTP/1.1"), 400},
      {"OPTIONS *", line("OPTIONS * HTTP/1.1"), 200},
      {"GET *", line("GET * HTTP/1.1"), 400},
      {"OPTIONS *x", line("OPTIONS *x HTTP/1.1"), 400},
      {"absolute", line("GET http://b/c HTTP/1.1"), 200},
      {"absolute, upper case", line("GET HTTP://B HTTP/1.1"), 200},
      {"absolute, other scheme", line("GET ftp://b/ HTTP/1.1"), 400},
      {"absolute without host", line("GET http:///c HTTP/1.1"), 400},
      {"absolute with user", line("GET http://u@b/ HTTP/1.1"), 400},
      {"absolute with a bad port", line("GET http://b:99999/ HTTP/1.1"), 400},
      {"CONNECT", line("CONNECT b:443 HTTP/1.1"), 200},
      {"CONNECT without port", line("CONNECT b HTTP/1.1"), 400},
      {"CONNECT with a path", line("CONNECT / HTTP/1.1"), 400},
      {"GET with a host as target", line("GET b:443 HTTP/1.1"), 400},
  });
}

TEST_CASE("field names and Host", "[http][smuggling]") {
  const auto host = [](const std::string& fields) {
    return "GET / HTTP/1.1\r\n" + fields + "\r\n";
  };
  check({
      {"space before the colon", with("X : a\r\n"), 400},
      {"tab before the colon", with("X\t: a\r\n"), 400},
      {"space before Content-Length's colon", with("Content-Length : 1\r\n", "x"), 400},
      {"space in a name", with("X Y: a\r\n"), 400},
      {"no name", with(": a\r\n"), 400},
      {"no colon", with("X\r\n"), 400},
      {"bracket in a name", with("X(Y): a\r\n"), 400},
      {"quote in a name", with("\"X\": a\r\n"), 400},
      {"byte above 0x7f in a name", with("X\xe9: a\r\n"), 400},
      {"no value", with("X:\r\n"), 200},
      {"no space after the colon", with("X:a\r\n"), 200},
      {"every tchar", with("!#$%&'*+-.^_`|~09azAZ: a\r\n"), 200},

      {"no Host", host(""), 400},
      {"no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 200},
      {"two Hosts", host("Host: a\r\nHost: a\r\n"), 400},
      {"two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"empty Host", host("Host:\r\n"), 400},
      {"list of hosts", host("Host: a, b\r\n"), 400},
      {"Host with a path", host("Host: a/b\r\n"), 400},
      {"Host with user", host("Host: u@a\r\n"), 400},
      {"Host with a space", host("Host: a b\r\n"), 400},
      {"Host with a backslash", host("Host: a\\b\r\n"), 400},
      {"Host that is a URL", host("Host: http://a\r\n"), 400},
      {"port of letters", host("Host: a:b\r\n"), 400},
      {"port too large", host("Host: a:65536\r\n"), 400},
      {"port zero", host("Host: a:0\r\n"), 400},
      {"negative port", host("Host: a:-1\r\n"), 400},
      {"two ports", host("Host: a:1:2\r\n"), 400},
      {"empty port", host("Host: a:\r\n"), 200},
      {"port", host("Host: a:65535\r\n"), 200},
      {"IPv6", host("Host: [::1]:80\r\n"), 200},
      {"IPv6 without brackets", host("Host: ::1\r\n"), 400},
      {"IPv6 with a zone", host("Host: [fe80::1%25eth0]\r\n"), 400},
      {"not closed", host("Host: [::1\r\n"), 400},
      {"bytes after the bracket", host("Host: [::1]a\r\n"), 400},
      {"two brackets", host("Host: [[::1]]\r\n"), 400},
      {"IPvFuture", host("Host: [v1.a:b]\r\n"), 200},
      {"percent-encoded name", host("Host: %61\r\n"), 200},
      {"half a triplet", host("Host: %6\r\n"), 400},
      {"Host beside an absolute target", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"absolute target without Host", "GET http://b/ HTTP/1.1\r\n\r\n", 400},
  });
}

TEST_CASE("Content-Length and Transfer-Encoding", "[http][smuggling]") {
  const std::string chunks = "1\r\nx\r\n0\r\n\r\n";
  check({
      {"length", with("Content-Length: 3\r\n", "abc"), 200},
      {"length in any case", with("cOnTeNt-LeNgTh: 3\r\n", "abc"), 200},
      {"spaces around it", with("Content-Length: \t 3 \r\n", "abc"), 200},
      {"leading zeros", with("Content-Length: 0003\r\n", "abc"), 200},
      {"zero", with("Content-Length: 0\r\n"), 200},
      {"two equal ones", with("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 400},
      {"two different ones", with("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), 400},
      {"list", with("Content-Length: 3, 3\r\n", "abc"), 400},
      {"plus", with("Content-Length: +3\r\n", "abc"), 400},
      {"minus", with("Content-Length: -3\r\n", "abc"), 400},
      {"hexadecimal", with("Content-Length: 0x3\r\n", "abc"), 400},
      {"underscore", with("Content-Length: 1_0\r\n", "abc"), 400},
      {"fraction", with("Content-Length: 3.0\r\n", "abc"), 400},
      {"exponent", with("Content-Length: 3e0\r\n", "abc"), 400},
      {"quotes", with("Content-Length: \"3\"\r\n", "abc"), 400},
      {"two numbers", with("Content-Length: 3 3\r\n", "abc"), 400},
      {"empty", with("Content-Length:\r\n"), 400},
      {"spaces only", with("Content-Length:  \r\n"), 400},
      {"superscript digit", with("Content-Length: \xb3\r\n", "abc"), 400},
      {"2^64", with("Content-Length: 18446744073709551616\r\n"), 400},
      {"2^64 + 3", with("Content-Length: 18446744073709551619\r\n", "abc"), 400},
      {"2^64 - 1", with("Content-Length: 18446744073709551615\r\n"), 413},
      {"2^63", with("Content-Length: 9223372036854775808\r\n"), 413},
      {"above the limit", with("Content-Length: 1048577\r\n"), 413},

      {"chunked", with_chunks(chunks), 200},
      {"chunked in any case", with("Transfer-Encoding: ChUnKeD\r\n", chunks), 200},
      {"length and chunked", with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", chunks),
       400},
      {"chunked and length", with("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", chunks),
       400},
      {"chunked in HTTP/1.0", with("Transfer-Encoding: chunked\r\n", chunks, "1.0"), 400},
      {"chunked twice", with("Transfer-Encoding: chunked, chunked\r\n", chunks), 400},
      {"two lines", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunks),
       400},
      {"identity in a second line",
       with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", chunks), 400},
      {"not last", with("Transfer-Encoding: chunked, identity\r\n", chunks), 400},
      {"identity", with("Transfer-Encoding: identity\r\n"), 400},
      {"unknown coding alone", with("Transfer-Encoding: gzip\r\n"), 400},
      {"unknown coding before", with("Transfer-Encoding: gzip, chunked\r\n", chunks), 501},
      {"coding with a parameter", with("Transfer-Encoding: x;q=\"1\", chunked\r\n", chunks), 501},
      {"xchunked", with("Transfer-Encoding: xchunked\r\n", chunks), 400},
      {"chunkedx", with("Transfer-Encoding: chunkedx\r\n", chunks), 400},
      {"chunked with a parameter", with("Transfer-Encoding: chunked;a=b\r\n", chunks), 400},
      {"quoted", with("Transfer-Encoding: \"chunked\"\r\n", chunks), 400},
      {"comma before", with("Transfer-Encoding: ,chunked\r\n", chunks), 400},
      {"comma after", with("Transfer-Encoding: chunked,\r\n", chunks), 400},
      {"empty", with("Transfer-Encoding:\r\n"), 400},
      {"two words", with("Transfer-Encoding: chunked x\r\n", chunks), 400},
      {"vertical tab before", with("Transfer-Encoding: \vchunked\r\n", chunks), 400},
      {"NUL after", with("Transfer-Encoding: chunked\0\r\n"s, chunks), 400},
      {"underscore in the name is another field", with("Transfer_Encoding: chunked\r\n"), 200},
      {"Connection cannot hide the length",
       with("Connection: Content-Length\r\nContent-Length: 3\r\n", "abc"), 200},
      {"GET with a body", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200},
      {"Upgrade changes nothing",
       with("Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n", "abc"), 200},
  });
}

TEST_CASE("chunks", "[http][smuggling]") {
  const std::string last = "0\r\n\r\n";
  check({
      {"one", with_chunks("3\r\nabc\r\n" + last), 200},
      {"none", with_chunks(last), 200},
      {"hexadecimal, both cases", with_chunks("a\r\n0123456789\r\nA\r\n0123456789\r\n" + last),
       200},
      {"leading zeros", with_chunks("003\r\nabc\r\n000\r\n\r\n"), 200},
      {"endless zeros", with_chunks(std::string(10000, '0') + "3\r\nabc\r\n" + last), 400},
      {"minus", with_chunks("-3\r\nabc\r\n" + last), 400},
      {"plus", with_chunks("+3\r\nabc\r\n" + last), 400},
      {"0x", with_chunks("0x3\r\nabc\r\n" + last), 400},
      {"underscore", with_chunks("1_0\r\nabc\r\n" + last), 400},
      {"no size", with_chunks("\r\nabc\r\n" + last), 400},
      {"no digit", with_chunks("g\r\nabc\r\n" + last), 400},
      {"space before the size", with_chunks(" 3\r\nabc\r\n" + last), 400},
      {"space after the size", with_chunks("3 \r\nabc\r\n" + last), 400},
      {"tab after the size", with_chunks("3\t\r\nabc\r\n" + last), 400},
      {"2^64 + 3", with_chunks("10000000000000003\r\nabc\r\n" + last), 413},
      {"2^64 - 1", with_chunks("ffffffffffffffff\r\nabc\r\n" + last), 413},
      {"2^63", with_chunks("8000000000000000\r\nabc\r\n" + last), 413},
      {"bare LF after the size", with_chunks("3\nabc\r\n" + last), 400},
      {"bare CR after the size", with_chunks("3\rabc\r\n" + last), 400},
      {"CR and another byte after the size", with_chunks("3\rXabc\r\n" + last), 400},
      {"bare LF after the data", with_chunks("3\r\nabc\n" + last), 400},
      {"nothing after the data", with_chunks("3\r\nabc" + last), 400},
      {"two other bytes after the data", with_chunks("3\r\nabcXX" + last), 400},
      {"data longer than the size", with_chunks("3\r\nabcd\r\n" + last), 400},
      {"data shorter than the size", with_chunks("4\r\nabc\r\n" + last), 400},

      {"extension", with_chunks("3;a\r\nabc\r\n" + last), 200},
      {"extension with a value", with_chunks("3;a=b;c=d\r\nabc\r\n" + last), 200},
      {"extension in quotes", with_chunks("3;a=\"b;\\\" c\"\r\nabc\r\n" + last), 200},
      {"bad whitespace that must be read", with_chunks("3 ; a = b ;c\r\nabc\r\n" + last), 200},
      {"extension without a name", with_chunks("3;\r\nabc\r\n" + last), 400},
      {"extension without a value", with_chunks("3;a=\r\nabc\r\n" + last), 400},
      {"space after an extension", with_chunks("3;a \r\nabc\r\n" + last), 400},
      {"bare LF in an extension", with_chunks("3;a\nabc\r\n" + last), 400},
      {"CR in an extension", with_chunks("3;a\rb\r\nabc\r\n" + last), 400},
      {"NUL in an extension", with_chunks("3;a=\"\0\"\r\nabc\r\n"s + last), 400},
      {"quote that does not end", with_chunks("3;a=\"b\r\nabc\r\n" + last), 400},
      {"endless extension", with_chunks("3;" + std::string(10000, 'a') + "\r\nabc\r\n" + last),
       400},

      {"trailer", with_chunks("0\r\nX: a\r\nY:\r\n\r\n"), 200},
      {"a length in the trailer is not heard", with_chunks("0\r\nContent-Length: 5\r\n\r\n"), 200},
      {"folded trailer", with_chunks("0\r\nX: a\r\n b\r\n\r\n"), 400},
      {"trailer with a space before the colon", with_chunks("0\r\nX : a\r\n\r\n"), 400},
      {"trailer without a name", with_chunks("0\r\n: a\r\n\r\n"), 400},
      {"trailer without a colon", with_chunks("0\r\nX\r\n\r\n"), 400},
      {"bare LF after a trailer", with_chunks("0\r\nX: a\n\r\n"), 400},
      {"bare LF at the end", with_chunks("0\r\n\n"), 400},
      {"NUL in a trailer", with_chunks("0\r\nX: \0\r\n\r\n"s), 400},
      {"endless trailer", with_chunks("0\r\nX: " + std::string(10000, 'a') + "\r\n\r\n"), 400},
  });
}

TEST_CASE("the bytes after a request are the next one, whatever its body looks like",
          "[http][smuggling]") {
  const std::string next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string tail = "GET /next 1.1 host=a path=/next keep-alive | Host=a | \nidle";
  for (const std::string& first : {
           with("Content-Length: 30\r\n", "GET /inner HTTP/1.1\r\nHost: b\r\n"),
           with_chunks("1e\r\nGET /inner HTTP/1.1\r\nHost: b\r\n\r\n0\r\n\r\n"),
           with_chunks("0\r\nX: GET /inner HTTP/1.1\r\n\r\n"),
       }) {
    const std::string transcript = request_transcript(first + next);
    CHECK(transcript.substr(transcript.size() - tail.size()) == tail);
    CHECK(transcript.find("/inner 1.1") == std::string::npos);
  }
}
