// See misbehaviour.h.
#include "tests/client/misbehaviour.h"

#include "tests/http/coded.h"

namespace rill::testing {
namespace {

constexpr std::uint64_t kCap = 100'000;

const std::string kOk = "HTTP/1.1 200 OK\r\n";
const std::string kChunked = kOk + "Transfer-Encoding: chunked\r\n\r\n";
const std::string kUntilClose = kOk + "\r\n";

std::string ok(const std::string& fields, const std::string& body = "") {
  return kOk + fields + "\r\n" + body;
}

std::string many(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

Script then(std::string bytes, Step last) { return {send(std::move(bytes)), std::move(last)}; }
/// What is sent has to be there before a reset may take it away.
Script then_reset(std::string bytes) {
  return {send(std::move(bytes)), pause(milliseconds(20)), reset()};
}

Script coded(const std::string& coding, const std::string& bytes) {
  return {send(page(bytes, "Content-Encoding: " + coding + "\r\n"))};
}

Script moved(const std::string& location) { return {send(redirect(location))}; }

void add_heads(std::vector<Misbehaviour>& rows) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  rows.insert(
      rows.end(),
      {
          {"closes without a byte", "truncated", {close()}},
          {"resets without a byte", "connection_lost", {reset()}},
          {"says nothing", "idle_timed_out", {hang()}},
          {"half a status line", "truncated", then("HTTP/1.1 2", close())},
          {"half a head", "truncated", then("HTTP/1.1 200 OK\r\nX: y\r\n", close())},
          {"half a head, reset", "connection_lost", then_reset("HTTP/1.1 200 OK\r\nX: ")},
          {"half a head, silence", "idle_timed_out", then("HTTP/1.1 200 OK\r\nX: ", hang())},
          {"a head byte by byte",
           "timed_out",
           {drip("HTTP/1.1 200 OK\r\nX: " + std::string(10'000, 'y'), milliseconds(20))}},
          {"another protocol", "malformed", then("SSH-2.0-OpenSSH_9.2\r\n\r\n", hang())},
          {"HTTP/0.9", "malformed", then("<html>\r\n\r\n", close())},
          {"HTTP/2", "malformed", then("HTTP/2.0 200 OK\r\n\r\n", hang())},
          {"a status below 100", "malformed", then("HTTP/1.1 099 Low\r\n\r\n", hang())},
          {"a status of letters", "malformed", then("HTTP/1.1 abc OK\r\n\r\n", hang())},
          {"an upgrade", "malformed", then("HTTP/1.1 101 Switching\r\n\r\n", hang())},
          {"bare line feeds", "malformed", then("HTTP/1.1 200 OK\nX: y\n\n", hang())},
          {"a NUL", "malformed", then(ok(std::string("X: \0\r\n", 6)), hang())},
          {"a space before the colon", "malformed", then(ok("X : y\r\n"), hang())},
          {"a field without a name", "malformed", then(ok(": y\r\n"), hang())},
          {"a fold before all fields", "malformed", then(ok(" X: y\r\n"), hang())},
          {"an endless status line", "head_too_large",
           then("HTTP/1.1 200 " + std::string(100'000, 'x'), hang())},
          {"an endless field", "head_too_large",
           then(kOk + "X: " + std::string(100'000, 'y'), hang())},
          {"endless fields", "head_too_large", then(kOk + many("X: y\r\n", 20'000), hang())},
          {"a flood of interim responses", "head_too_large", then(many(interim, 1000), hang())},
          {"interim responses only", "idle_timed_out", then(many(interim, 5), hang())},
      });
}

void add_framings(std::vector<Misbehaviour>& rows) {
  const std::string zero = "0\r\n\r\n";
  rows.insert(
      rows.end(),
      {
          {"two lengths", "malformed",
           then(ok("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), hang())},
          {"a negative length", "malformed", then(ok("Content-Length: -1\r\n"), hang())},
          {"a length beyond 64 bits", "malformed",
           then(ok("Content-Length: 99999999999999999999\r\n"), hang())},
          {"a list of lengths", "malformed", then(ok("Content-Length: 1, 1\r\n", "a"), hang())},
          {"a length and chunks", "malformed",
           then(ok("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", zero), hang())},
          {"chunked twice", "malformed",
           then(ok("Transfer-Encoding: chunked, chunked\r\n", zero), hang())},
          {"an unknown transfer coding", "malformed",
           then(ok("Transfer-Encoding: zip, chunked\r\n", zero), hang())},
          {"chunks in HTTP/1.0", "malformed",
           then("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + zero, hang())},
          {"a body shorter than declared", "truncated",
           then(ok("Content-Length: 10\r\n", "abc"), close())},
          {"a short body, reset", "connection_lost",
           then_reset(ok("Content-Length: 10\r\n", "abc"))},
          {"a short body, silence", "idle_timed_out",
           then(ok("Content-Length: 10\r\n", "abc"), hang())},
          {"a body byte by byte",
           "timed_out",
           {send(ok("Content-Length: 90000\r\n")),
            drip(std::string(10'000, 'x'), milliseconds(20))}},
          {"a length over the cap", "body_too_large",
           then(ok("Content-Length: 100001\r\n"), hang())},
          {"a length of exabytes", "body_too_large",
           then(ok("Content-Length: 9223372036854775808\r\n"), hang())},
          {"a body without end", "body_too_large",
           then(kUntilClose + std::string(200'000, 'x'), hang())},
          {"a body up to the end that is reset", "connection_lost",
           then_reset(kUntilClose + "abc")},
          {"bytes behind the body", "200", then(page("abc") + "smuggled", hang())},
          {"a second response", "200", then(page("abc") + page("evil"), hang())},
          {"204 with a body", "204", then("HTTP/1.1 204 No\r\n\r\nabc", hang())},
          {"304 with a length", "304",
           then("HTTP/1.1 304 Not\r\nContent-Length: 9\r\n\r\n", hang())},
      });
}

void add_chunks(std::vector<Misbehaviour>& rows) {
  const std::string chunk = "400\r\n" + std::string(1024, 'x') + "\r\n";
  rows.insert(
      rows.end(),
      {
          {"chunks without end", "body_too_large", then(kChunked + many(chunk, 200), hang())},
          {"a chunk over the cap", "body_too_large", then(kChunked + "ffffff\r\n", hang())},
          {"a chunk size beyond 64 bits", "body_too_large",
           then(kChunked + "fffffffffffffffffffff\r\n", hang())},
          {"a chunk size of letters", "malformed", then(kChunked + "xyz\r\nabc\r\n", hang())},
          {"a negative chunk size", "malformed", then(kChunked + "-1\r\nabc\r\n", hang())},
          {"a chunk longer than its size", "malformed", then(kChunked + "3\r\nabcd\r\n", hang())},
          {"chunks with bare line feeds", "malformed", then(kChunked + "3\nabc\n", hang())},
          {"an endless chunk extension", "malformed",
           then(kChunked + "3;x=" + std::string(20'000, 'y'), hang())},
          {"an endless trailer", "malformed",
           then(kChunked + "0\r\nX: " + std::string(20'000, 'y'), hang())},
          {"a trailer without a colon", "malformed", then(kChunked + "0\r\nX\r\n\r\n", hang())},
          {"chunks cut in a size", "truncated", then(kChunked + "3", close())},
          {"chunks cut in their data", "truncated", then(kChunked + "9\r\nabc", close())},
          {"chunks cut behind their data", "truncated", then(kChunked + "3\r\nabc\r\n", close())},
          {"chunks cut before the last line", "truncated", then(kChunked + "0\r\n", close())},
          {"chunks, silence", "idle_timed_out", then(kChunked + "3\r\nabc\r\n", hang())},
          {"chunks of a byte, one by one",
           "timed_out",
           {send(kChunked), drip(many("1\r\nx\r\n", 2000), milliseconds(20))}},
      });
}

void add_codings(std::vector<Misbehaviour>& rows) {
  const std::string text = http::gzip("some content");
  const std::string large(5'000'000, '0');
  std::string dictionary = http::zlib("abc");
  dictionary[1] = '\xbb';
  rows.insert(rows.end(),
              {
                  {"gzip that is none", "bad_coding", coded("gzip", "plain text")},
                  {"gzip cut short", "truncated", coded("gzip", text.substr(0, text.size() - 3))},
                  {"garbage behind gzip", "bad_coding", coded("gzip", text + "garbage")},
                  {"a bomb of gzip", "body_too_large", coded("gzip", http::gzip(large))},
                  {"a bomb of many members", "body_too_large",
                   coded("gzip", many(http::gzip(std::string(10'000, '0')), 100))},
                  {"a bomb of br", "body_too_large", coded("br", http::brotli(large))},
                  {"br that is none", "bad_coding", coded("br", "\xff\xff\xff\xff\xff")},
                  {"deflate with a dictionary", "bad_coding", coded("deflate", dictionary)},
                  {"a coding nobody asked for", "bad_coding", coded("zstd", text)},
                  {"two codings", "bad_coding", coded("gzip, gzip", http::gzip(text))},
              });
}

void add_redirects(std::vector<Misbehaviour>& rows) {
  std::vector<std::pair<std::string, Script>> chain;
  for (int i = 0; i < 20; ++i) {
    chain.emplace_back("/" + std::to_string(i), moved("@/" + std::to_string(i + 1)));
  }
  const std::string endless = "HTTP/1.1 302 Found\r\nLocation: @/a\r\n\r\n";
  const std::string busy = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n";
  rows.insert(
      rows.end(),
      {
          {"redirects to itself", "too_many_redirects", moved("@")},
          {"redirects in a circle", "too_many_redirects", moved("@/a"), {{"/a", moved("@")}}},
          {"redirects without end", "too_many_redirects", moved("@/0"), chain},
          {"a redirect to a file", "bad_redirect", moved("file:///etc/passwd")},
          {"a redirect to a script", "bad_redirect", moved("javascript:alert(1)")},
          {"a redirect to no port", "bad_redirect", moved("http://127.0.0.1:99999/")},
          {"a redirect to no host", "bad_redirect", moved("http://")},
          {"a redirect to where nobody is", "no_connection", moved("http://127.0.0.1:1/")},
          {"a redirect into a line of its own", "malformed", moved("/a\rX: y")},
          {"a redirect without a place", "302",
           then("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", hang())},
          {"a redirect with a body without end", "body_too_large",
           then(endless + std::string(200'000, 'x'), hang())},
          {"is busy for ever", "503", {send(busy + "\r\n")}},
          {"is busy for a year", "503", {send(busy + "Retry-After: 31536000\r\n\r\n")}},
          {"is busy until nonsense", "503", {send(busy + "Retry-After: -1e9\r\n\r\n")}},
      });
}

std::string with_target(std::string bytes, const std::string& target) {
  const std::string mark = "Location: @";
  for (std::size_t at = bytes.find(mark); at != bytes.npos; at = bytes.find(mark, at)) {
    bytes.replace(at + mark.size() - 1, 1, target);
    at += mark.size();
  }
  return bytes;
}

Script at_target(Script script, const std::string& target) {
  for (Step& step : script) step.bytes = with_target(std::move(step.bytes), target);
  return script;
}

}  // namespace

http::FetchOptions bounds_of_misbehaviours() {
  http::FetchOptions options;
  options.limits.body_bytes = kCap;
  options.most_redirects = 5;
  options.retry = {.most_retries = 1, .first_delay = milliseconds(20)};
  return options;
}

std::vector<Misbehaviour> misbehaviours() {
  std::vector<Misbehaviour> rows;
  add_heads(rows);
  add_framings(rows);
  add_chunks(rows);
  add_codings(rows);
  add_redirects(rows);
  return rows;
}

void teach(ScriptedOrigin& origin, const std::vector<Misbehaviour>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string target = "/" + std::to_string(i);
    origin.on(target, at_target(rows[i].script, target));
    for (const auto& [below, script] : rows[i].more) {
      origin.on(target + below, at_target(script, target));
    }
  }
}

}  // namespace rill::testing
