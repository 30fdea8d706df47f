// Wire suite: where requests begin and end (H3, H4, H5): every class of disagreement between
// servers that is known, among them those of the HTTP Garden, each followed by a request that shows
// whether the connection is still in step.
#include "tests/lessons/httpd/wire_suite.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

const std::string kChunked = "Transfer-Encoding: chunked\r\n";
const std::string kLastChunk = "0\r\n\r\n";

TEST_CASE("bodies that are framed well are dropped, and the next request is answered", "[wire]") {
  const WireServer server;
  server.check({
      {"length", post("Content-Length: 5\r\n", "hello") + kNext, "405 200", {}, "next"},
      {"length zero", post("Content-Length: 0\r\n") + kNext, "405 200", {}, "next"},
      {"no length", post("") + kNext, "405 200", {}, "next"},
      {"leading zeros", post("Content-Length: 00005\r\n", "hello") + kNext, "405 200"},
      {"name in any case", post("cOnTeNt-lEnGtH: 5\r\n", "hello") + kNext, "405 200"},
      {"spaces around", post("Content-Length: \t 5 \r\n", "hello") + kNext, "405 200"},
      {"a body that looks like a request",
       post("Content-Length: " + std::to_string(kNext.size()) + "\r\n", kNext) + kNext,
       "405 200",
       {},
       "next"},
      {"GET with a body",
       get("/docs/a.txt", "Content-Length: 5\r\n").append("hello") + kNext,
       "200 200",
       {},
       "next"},
      {"HEAD with a body",
       message("HEAD /docs/a.txt HTTP/1.1", "Content-Length: 5\r\n", "hello") + kNext,
       "200 200",
       {},
       "next"},
      {"OPTIONS with a body",
       message("OPTIONS * HTTP/1.1", "Content-Length: 5\r\n", "hello") + kNext, "204 200"},
      {"TRACE with a body", message("TRACE / HTTP/1.1", "Content-Length: 5\r\n", "hello") + kNext,
       "405 200"},
      {"DELETE with a body", message("DELETE / HTTP/1.1", "Content-Length: 5\r\n", "hello") + kNext,
       "405 200"},
      {"404 with a body", get("/none", "Content-Length: 5\r\n").append("hello") + kNext, "404 200"},
      {"400 with a body", get("/..", "Content-Length: 5\r\n").append("hello") + kNext, "400 200"},
      {"chunks",
       post(kChunked, "5\r\nhello\r\n1\r\n!\r\n" + kLastChunk) + kNext,
       "405 200",
       {},
       "next"},
      {"GET with chunks",
       get("/docs/a.txt", kChunked) + "1\r\na\r\n" + kLastChunk + kNext,
       "200 200",
       {},
       "next"},
      {"no chunks", post(kChunked, kLastChunk) + kNext, "405 200"},
      {"coding in any case", post("Transfer-Encoding: CHUNKED\r\n", kLastChunk) + kNext, "405 200"},
      {"hexadecimal, any case",
       post(kChunked, "A\r\n0123456789\r\na\r\n0123456789\r\n" + kLastChunk) + kNext, "405 200"},
      {"leading zeros of a size", post(kChunked, "0005\r\nhello\r\n00000\r\n\r\n") + kNext,
       "405 200"},
      {"extensions", post(kChunked, "5;a=b;c=\"d;\\\" \"\r\nhello\r\n0;x\r\n\r\n") + kNext,
       "405 200"},
      {"trailers", post(kChunked, "0\r\nX: y\r\nContent-Length: 50\r\n\r\n") + kNext, "405 200"},
      {"chunk that looks like a request",
       post(kChunked, "24\r\n" + kNext + "\r\n" + kLastChunk) + kNext,
       "405 200",
       {},
       "next"},
      {"twenty in a row",
       [] {
         std::string all;
         for (int i = 0; i < 20; ++i) all += post("Content-Length: 5\r\n", "hello");
         return all + kNext;
       }(),
       "405 405 405 405 405 405 405 405 405 405 405 405 405 405 405 405 405 405 405 405 200"},
  });
}

TEST_CASE("lengths that two servers could read in two ways are refused", "[wire]") {
  const WireServer server;
  std::vector<Row> rows;
  for (const std::string value : {"-5",
                                  "+5",
                                  "5,5",
                                  "5, 5",
                                  "5;",
                                  "5 5",
                                  "0x5",
                                  "5.0",
                                  "5e0",
                                  "5_0",
                                  "\"5\"",
                                  "",
                                  " ",
                                  "abc",
                                  "5a",
                                  "a5",
                                  "18446744073709551616",
                                  "18446744073709551621",
                                  "99999999999999999999999999999999999999",
                                  "\xd9\xa5",
                                  "5\v",
                                  "\v5",
                                  "5\xa0"}) {
    rows.push_back({"Content-Length '" + value + "'",
                    post("Content-Length: " + value + "\r\n", "hello") + kNext, "400 close"});
  }
  for (const std::string fields : {"Content-Length: 5\r\nContent-Length: 5\r\n",
                                   "Content-Length: 5\r\nContent-Length: 6\r\n",
                                   "Content-Length: 5\r\ncontent-length: 0\r\n",
                                   "Content-Length : 5\r\n",
                                   "Content-Length\t: 5\r\n",
                                   " Content-Length: 5\r\n",
                                   "Content-Length: \r\n 5\r\n",
                                   "X: y\r\n Content-Length: 5\r\n",
                                   "X: y\r\n\tContent-Length: 5\r\n",
                                   "Content-Length: 5\r\n x\r\n",
                                   "Content\rLength: 5\r\n",
                                   "Content-Length: 5\rX: y\r\n",
                                   "X: y\nContent-Length: 5\r\n",
                                   "X: y\r\rContent-Length: 5\r\n",
                                   "Content-Length: 5\n",
                                   ": Content-Length: 5\r\n",

                                   "Content Length: 5\r\n",
                                   "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                                   "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                                   "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
                                   "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                                   "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                                   "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
                                   "Transfer-Encoding: chunked, chunked\r\n",
                                   "Transfer-Encoding: chunked, identity\r\n",
                                   "Transfer-Encoding: chunked,\r\n",
                                   "Transfer-Encoding: ,chunked\r\n",
                                   "Transfer-Encoding: identity\r\n",
                                   "Transfer-Encoding: gzip\r\n",
                                   "Transfer-Encoding:\r\n",
                                   "Transfer-Encoding: xchunked\r\n",
                                   "Transfer-Encoding: chunkedx\r\n",
                                   "Transfer-Encoding: chunked x\r\n",
                                   "Transfer-Encoding: \"chunked\"\r\n",
                                   "Transfer-Encoding: chunked;a=b\r\n",
                                   "Transfer-Encoding: \vchunked\r\n",
                                   "Transfer-Encoding: chunked\v\r\n",
                                   "Transfer-Encoding: chunked\xa0\r\n",
                                   "Transfer-Encoding : chunked\r\n",
                                   "Transfer-Encoding\t: chunked\r\n",
                                   " Transfer-Encoding: chunked\r\n",
                                   "X: y\r\n Transfer-Encoding: chunked\r\n",
                                   "Transfer-Encoding:\r\n chunked\r\n",
                                   "Transfer-Encoding: chunked\r\n \r\n",
                                   "Transfer-Encoding: chunked\n",
                                   "X: y\nTransfer-Encoding: chunked\r\n",
                                   "X: y\rTransfer-Encoding: chunked\r\n"}) {
    rows.push_back({"fields", post(fields, kLastChunk) + kNext, "400 close"});
  }
  rows.push_back({"other codings", post("Transfer-Encoding: gzip, chunked\r\n", kLastChunk) + kNext,
                  "501 close"});
  rows.push_back({"NUL in a value", post(std::string("X: a\0b\r\n", 8)) + kNext, "400 close"});
  rows.push_back({"NUL in a name", post(std::string("X\0: a\r\n", 7)) + kNext, "400 close"});
  rows.push_back({"underscore is another name",
                  post("Content_Length: 5\r\nTransfer_Encoding: chunked\r\n") + kNext, "405 200"});
  rows.push_back({"HTTP/1.0 with chunks",
                  "POST / HTTP/1.0\r\n" + kHost + kChunked + "\r\n" + kLastChunk + kNext,
                  "400 close"});
  rows.push_back({"Connection does not remove a length",
                  post("Connection: Content-Length\r\nContent-Length: 5\r\n", "hello") + kNext,
                  "405 200"});
  rows.push_back({"Connection does not remove a coding",
                  post("Connection: Transfer-Encoding\r\n" + kChunked, kLastChunk) + kNext,
                  "405 200"});
  rows.push_back({"Upgrade to h2c is not heard",
                  post("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                       "HTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 5\r\n",
                       "hello") +
                      kNext,
                  "405 200"});
  server.check(rows);
}

TEST_CASE("chunks that two servers could read in two ways are refused", "[wire]") {
  const WireServer server;
  std::vector<Row> rows;
  for (const std::string chunks : {"-5\r\nhello\r\n",
                                   "+5\r\nhello\r\n",
                                   "0x5\r\nhello\r\n",
                                   "5 \r\nhello\r\n",
                                   " 5\r\nhello\r\n",
                                   "5\t\r\nhello\r\n",
                                   "\r\n5\r\nhello\r\n",
                                   "5\nhello\r\n",
                                   "5\rhello\r\n",
                                   "5\r\r\nhello\r\n",
                                   "5\r\nhello\n",
                                   "5\r\nhello\r",
                                   "5\r\nhello",
                                   "5\r\nhello!\r\n",
                                   "5\r\nhell\r\n",
                                   "5\r\nhello\r\r\n",
                                   "5\r\nhelloXY",
                                   "g\r\nhello\r\n",
                                   "\r\n",
                                   ";\r\n",
                                   "5;\r\nhello\r\n",
                                   "5;a=\r\nhello\r\n",
                                   "5;a\nhello\r\n",
                                   "5;a\rb\r\nhello\r\n",
                                   "5;a=\"b\r\nhello\r\n",
                                   "5,5\r\nhello\r\n",
                                   "5_0\r\nhello\r\n",
                                   "5.0\r\nhello\r\n",
                                   "5\r\n\r\nhello\r\n",
                                   "0\r\nX: y\n\r\n",
                                   "0\r\n X: y\r\n\r\n",
                                   "0\r\nX : y\r\n\r\n",
                                   "0\r\n: y\r\n\r\n",
                                   "0\r\nX\r\n\r\n",
                                   "0\r\nX: y\r\n z\r\n\r\n",
                                   "0\r\n\n",
                                   "0\n\r\n",
                                   "0\r\n\rX",
                                   "0\r\nX: \x01\r\n\r\n"}) {
    // The answer to what is well formed so far may be "too early": only the refusal counts.
    rows.push_back({"chunks", post(kChunked, chunks + kLastChunk) + kNext, "400 close"});
  }
  for (const std::string size : {"8000000000000000", "ffffffffffffffff", "100001"})
    rows.push_back({"chunk too large", post(kChunked, size + "\r\nhello\r\n"), "413 close"});
  rows.push_back({"2^64 + 5", post(kChunked, "10000000000000005\r\nhello\r\n"), "413 close"});
  rows.push_back({"digits without end", post(kChunked, std::string(20'000, '0')), "400 close"});
  rows.push_back(
      {"extension without end", post(kChunked, "5;" + std::string(20'000, 'a')), "400 close"});
  rows.push_back(
      {"trailer without end", post(kChunked, "0\r\nX: " + std::string(20'000, 'a')), "400 close"});
  rows.push_back({"trailers without end",
                  post(
                      kChunked, "0\r\n" +
                                    [] {
                                      std::string trailers;
                                      for (int i = 0; i < 3000; ++i) trailers += "X: y\r\n";
                                      return trailers;
                                    }()),
                  "400 close"});
  rows.push_back({"many small extensions (CVE-2023-39326)",
                  post(kChunked,
                       [] {
                         std::string chunks;
                         for (int i = 0; i < 1000; ++i)
                           chunks += "1;" + std::string(60, 'a') + "\r\nx\r\n";
                         return chunks;
                       }()),
                  "400 close"});
  server.check(rows);
}

TEST_CASE("field lines", "[wire]") {
  const WireServer server;
  std::vector<Row> rows;
  for (const std::string line :
       {"X",        "X Y: a",      "X : a",    "X\t: a",           ": a",        " X: a",
        "\tX: a",   "\"X\": a",    "X(Y): a",  "X[Y]: a",          "X{Y}: a",    "X@Y: a",
        "X/Y: a",   "X=Y: a",      "X;Y: a",   "X,Y: a",           "X\\Y: a",    "X<Y>: a",
        "X?: a",    "X\xa0: a",    "X\x85: a", "\xef\xbb\xbfX: a", "X\x7f: a",   "X\x01: a",
        "X: a\x01", "X: a\x7f",    "X: a\x0b", "X: a\x1b[2J",      "X: a\rY: b", "X: a\nY: b",
        "X: a\r\r", "X: a\r\n\tb", "X:\r\n b", "GET / HTTP/1.1"}) {
    rows.push_back({"line '" + line + "'", get("/next", line + "\r\n") + kNext, "400 close"});
  }
  for (const std::string line :
       {"X:", "X:a", "X:\ta", "X: a\tb", "X: \xc3\xa4\xff", "X: a  ", "X: a: b",
        "!#$%&'*+-.^_`|~: a", "X: \"a", "x-0: (a", "X: GET / HTTP/1.1"}) {
    rows.push_back({"line '" + line + "'", get("/next", line + "\r\n") + kNext, "200 200"});
  }
  server.check(rows);
}

TEST_CASE("what is too much", "[wire]") {
  const WireServer server;
  std::string fields;
  for (int i = 0; i < 101; ++i) fields += "X: y\r\n";
  server.check({
      {"request line of 8000 bytes", get("/" + std::string(7980, 'a')) + kNext, "404 200"},
      {"longer request line", get("/" + std::string(8300, 'a')), "414 close"},
      {"request line without end", "GET /" + std::string(30'000, 'a'), "414 close"},
      {"method without end", std::string(30'000, 'A'), "414 close"},
      {"field of 8000 bytes", get("/next", "X: " + std::string(8000, 'a') + "\r\n"), "200"},
      {"field without end", "GET / HTTP/1.1\r\nX: " + std::string(40'000, 'a'), "431 close"},
      {"field name without end", "GET / HTTP/1.1\r\n" + std::string(40'000, 'a'), "431 close"},
      {"field value of spaces", "GET / HTTP/1.1\r\nX:" + std::string(40'000, ' '), "431 close"},
      {"too many fields", get("/next", fields), "431 close"},
      {"Cookie of 15 KB", get("/next", "Cookie: " + std::string(15'000, 'a') + "\r\n"), "200"},
      {"length above the limit", post("Content-Length: 1048577\r\n", "x"), "413 close"},
      {"length 2^63", post("Content-Length: 9223372036854775808\r\n", "x"), "413 close"},
      {"length 2^64 - 1", post("Content-Length: 18446744073709551615\r\n", "x"), "413 close"},
      {"length at the limit",
       post("Content-Length: 1048576\r\n", std::string(1'048'576, 'x')) + kNext, "405 200"},
      {"empty lines before", "\r\n\r\n" + kNext, "200"},
      {"empty lines between", kNext + "\r\n" + kNext, "200 200"},
      {"empty lines without end", "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n" + kNext, "400 close"},
      cut_off({"body that ends early", post("Content-Length: 5\r\n", "hell"), "400 close"}),
      cut_off({"chunk that ends early", post(kChunked, "5\r\nhel"), "400 close"}),
      cut_off({"no last chunk", post(kChunked, "5\r\nhello\r\n"), "400 close"}),
      cut_off({"trailer that ends early", post(kChunked, "0\r\nX: y\r\n"), "400 close"}),
      cut_off({"head that ends early", "GET / HTTP/1.1\r\nHost: server\r\n", "400 close"}),
      cut_off({"line that ends early", "GET / HT", "400 close"}),
      {"nothing at all", "", ""},
      {"an empty line and nothing", "\r\n", ""},
  });
}

}  // namespace
}  // namespace rill::httpd
