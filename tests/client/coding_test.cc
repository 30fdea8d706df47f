// Coded responses, as a client meets them: asked for, decoded, bounded, refused.
#include "net/http/coding.h"

#include "tests/client/fetching.h"
#include "tests/http/coded.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using http::Coding;
using http::FetchFault;
using http::FetchOptions;

Script coded_page(const std::string& bytes, const std::string& coding) {
  return {send(page(bytes, "Content-Encoding: " + coding + "\r\n"))};
}

TEST_CASE("pages come decoded, whatever coding the server chose") {
  const std::string content(10'000, 'a');
  CHECK(fetch_script(coded_page(http::gzip(content), "gzip")).body == content);
  CHECK(fetch_script(coded_page(http::zlib(content), "deflate")).body == content);
  CHECK(fetch_script(coded_page(http::raw_deflate(content), "deflate")).body == content);
  CHECK(fetch_script(coded_page(http::brotli(content), "br")).body == content);
  CHECK(fetch_script(coded_page(content, "identity")).body == content);
  CHECK(fetch_script(coded_page("", "gzip")).body.empty());
}

TEST_CASE("a coded page comes whole over a rough network, in chunks, byte by byte") {
  const std::string content = "some text, some text, some more text";
  const std::string coded = http::gzip(content);
  std::string chunks =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n";
  for (const char c : coded) chunks += std::string("1\r\n") + c + "\r\n";
  chunks += "0\r\n\r\n";
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    ScriptedOrigin origin;
    origin.on("/", {send(chunks)});
    CHECK(fetch_alone(origin, {}, request_of("GET"), {seed, true}).body == content);
  }
}

TEST_CASE("the client says what it takes, and does not where it could not decode") {
  ScriptedOrigin origin;
  fetch_alone(origin);
  CHECK_THAT(origin.received(), contains("\r\nAccept-Encoding: gzip, deflate, br\r\n"));

  ScriptedOrigin plain;
  FetchOptions options;
  options.decodes = false;
  fetch_alone(plain, options);
  CHECK(plain.received().find("Accept-Encoding") == std::string::npos);

  ScriptedOrigin part;
  http::FetchRequest request = request_of("GET");
  request.fields = {{"Range", "bytes=0-9"}};
  fetch_alone(part, {}, request);
  CHECK(part.received().find("Accept-Encoding") == std::string::npos);
}

TEST_CASE("a client that does not decode gives the bytes as they came") {
  FetchOptions options;
  options.decodes = false;
  const std::string coded = http::gzip("abc");
  CHECK(fetch_script(coded_page(coded, "gzip"), options).body == coded);
}

TEST_CASE("content that is corrupt, cut short or of an unknown coding is no page") {
  const std::string coded = http::gzip("abc");
  CHECK(fetch_script(coded_page("this is not gzip", "gzip")).word() == "bad_coding");
  CHECK(fetch_script(coded_page(coded + "x", "gzip")).word() == "bad_coding");
  CHECK(fetch_script(coded_page(coded.substr(0, 12), "gzip")).word() == "truncated");
  CHECK(fetch_script(coded_page(coded, "zstd")).word() == "bad_coding");
  CHECK(fetch_script(coded_page(coded, "gzip, gzip")).word() == "bad_coding");
  CHECK(fetch_script(coded_page(coded, "gzip\r\nContent-Encoding: br")).word() == "bad_coding");
  CHECK_THAT(fetch_script(coded_page("x", "zstd")).sentence,
             contains("nobody asked for the Content-Encoding of the response"));
}

TEST_CASE("the cap of a body holds for what it becomes") {
  FetchOptions options;
  options.limits.body_bytes = 1000;
  const Fetched over =
      fetch_script(coded_page(http::gzip(std::string(1001, 'x')), "gzip"), options);
  CHECK(over.word() == "body_too_large");
  CHECK_THAT(over.sentence, contains("the decoded content is too large: more than 1000 bytes"));
  CHECK(fetch_script(coded_page(http::gzip(std::string(1000, 'x')), "gzip"), options).word() ==
        "200");
}

TEST_CASE("a bomb goes off at its proportion, not at the cap") {
  FetchOptions options;
  options.limits.body_bytes = std::uint64_t{1} << 40;
  for (const Coding coding : {Coding::gzip, Coding::br}) {
    const std::string bomb = http::encode(coding, std::string(50'000'000, '0'));
    const Fetched fetched =
        fetch_script(coded_page(bomb, coding == Coding::br ? "br" : "gzip"), options);
    CHECK(fetched.word() == "body_too_large");
    CHECK_THAT(fetched.sentence, contains("the content expands out of all proportion"));
  }
}

TEST_CASE("the body of a redirect is not decoded") {
  ScriptedOrigin origin;
  origin.on("/", {send("HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Encoding: gzip\r\n"
                       "Content-Length: 3\r\n\r\nabc")});
  origin.on("/a", {send(page("here"))});
  CHECK(fetch_alone(origin).body == "here");
  CHECK(origin.connections() == 1);
}

TEST_CASE("a response without a body may say any coding") {
  ScriptedOrigin origin;
  origin.on("/", {send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 10\r\n\r\n")});
  CHECK(fetch_alone(origin, {}, request_of("HEAD")).word() == "200");
}

}  // namespace
}  // namespace rill::testing
