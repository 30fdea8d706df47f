// See mutants.h.
#include "tests/abuse/mutants.h"

#include <algorithm>
#include <iterator>

namespace rill::abuse {
namespace {

const char* const kMethods[] = {"GET",     "GET",     "GET",    "HEAD",    "POST", "PUT",
                                "OPTIONS", "CONNECT", "DELETE", "get",     "G ET", "",
                                "PRI",     "TRACE",   "GET\t",  "\r\nGET", "\nGET"};

const char* const kTargets[] = {"/small",
                                "/small",
                                "/",
                                "/folder/",
                                "/folder",
                                "/large",
                                "/nothing",
                                "*",
                                "",
                                "small",
                                "http://a/small",
                                "http://a:80/small",
                                "https://a/small",
                                "ftp://a/",
                                "//a/small",
                                "/../secret",
                                "/%2e%2e/secret",
                                "/folder/..%2f..%2fsecret",
                                "/.%2e/secret",
                                "/..%5csecret",
                                "/%c0%ae%c0%ae/secret",
                                "/%252e%252e/secret",
                                "/folder/%00",
                                "/small%00.html",
                                "/link/secret",
                                "/small?q=1&x=%0d%0a",
                                "/small#f",
                                "/a b",
                                "/%",
                                "/%zz",
                                "/\x80\xff",
                                "/small/",
                                "/folder//",
                                "/./small",
                                "/folder/../small",
                                "a:443",
                                "/small\\..\\..\\secret"};

const char* const kVersions[] = {" HTTP/1.1", " HTTP/1.1", " HTTP/1.1",  " HTTP/1.0",
                                 " HTTP/0.9", " HTTP/2.0", " HTTP/1.10", "  HTTP/1.1",
                                 " http/1.1", "",          " HTTP/1.1 ", " HTTP/1,1"};

const char* const kFields[] = {"Host: a",
                               "Host: a",
                               "Host: a",
                               "Host:",
                               "Host: b, c",
                               "Host: a/b",
                               "Host : a",
                               "Host: [::1]",
                               "Content-Length: 5",
                               "Content-Length: 5",
                               "Content-Length: 0",
                               "Content-Length: +5",
                               "Content-Length: 5, 5",
                               "Content-Length: 05",
                               "Content-Length: -1",
                               "Content-Length: 5 5",
                               "Content-Length: 99999999999999999999",
                               "Content-Length: 0x5",
                               "Content-Length: ",
                               "Transfer-Encoding: chunked",
                               "Transfer-Encoding: chunked",
                               "Transfer-Encoding: Chunked",
                               "Transfer-Encoding: gzip, chunked",
                               "Transfer-Encoding: chunked, gzip",
                               "Transfer-Encoding: identity",
                               "Transfer-Encoding:\vchunked",
                               "Transfer-Encoding : chunked",
                               "Transfer-Encoding: \"chunked\"",
                               "Transfer-Encoding: chunked;q=1",
                               " folded: line",
                               "\tfolded",
                               "X: y\r\n z",
                               "X: \x01",
                               "X Y: z",
                               "X",
                               ":",
                               ": v",
                               "X:y",
                               "X: \x80\xff",
                               "Connection: close",
                               "Connection: keep-alive",
                               "Connection: upgrade, x",
                               "Expect: 100-continue",
                               "Expect: x",
                               "Upgrade: h2c",
                               "Range: bytes=0-9",
                               "Range: bytes=-1",
                               "Range: bytes=5-",
                               "Range: bytes=9-0",
                               "Range: bytes=0-0,-1",
                               "Range: bytes=0-18446744073709551616",
                               "Range: bytes=0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0",
                               "Range: lines=1-2",
                               "If-None-Match: *",
                               "If-None-Match: \"x\", W/\"y\"",
                               "If-None-Match: \"",
                               "If-Match: *",
                               "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
                               "If-Modified-Since: yesterday",
                               "If-Range: \"x\"",
                               "Accept-Encoding: gzip, br;q=0",
                               "Accept-Encoding: *;q=2",
                               "TE: trailers"};

const char* const kEnds[] = {"\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\r\n"};

const char* const kBodies[] = {"",
                               "",
                               "hello",
                               "5\r\nhello\r\n0\r\n\r\n",
                               "5\r\nhello\r\n0\r\nX: y\r\n\r\n",
                               "5;a=b;c=\"d\"\r\nhello\r\n0\r\n\r\n",
                               "5 \r\nhello\r\n0\r\n\r\n",
                               "5\nhello\n0\n\n",
                               "ffffffffffffffff\r\nhello",
                               "-5\r\nhello\r\n",
                               "0x5\r\nhello\r\n0\r\n\r\n",
                               "5\r\nhelloo\r\n0\r\n\r\n",
                               "0\r\n\r\n0\r\n\r\n",
                               "0\r\nGET /small HTTP/1.1\r\n\r\n",
                               "00000000000000000005\r\nhello\r\n0\r\n\r\n",
                               "helloGET /small HTTP/1.1\r\nHost: a\r\n\r\n"};

/// Mostly the first, which is in order; or else any: few requests are wrong in two ways, or nothing
/// would be found behind the first.
template <std::size_t N>
const char* one_of(Mutants& mutants, const char* const (&all)[N]) {
  return all[mutants.draw(8) == 0 ? mutants.draw(N) : 0];
}

}  // namespace

std::uint64_t Mutants::draw(std::uint64_t end) {
  // splitmix64
  std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15u;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
  return (mixed ^ mixed >> 31) % end;
}

std::string Mutants::request() {
  std::string bytes = one_of(*this, kMethods);
  bytes.append(" ").append(draw(2) == 0 ? "/small" : kTargets[draw(std::size(kTargets))]);
  bytes.append(one_of(*this, kVersions)).append(one_of(*this, kEnds));
  if (draw(16) != 0) bytes += "Host: a\r\n";
  for (std::uint64_t i = draw(2) * draw(4); i > 0; --i) {
    bytes.append(kFields[draw(std::size(kFields))]).append(one_of(*this, kEnds));
  }
  if (draw(500) == 0) bytes += "Long: " + std::string(draw(40'000), 'l') + "\r\n";
  if (draw(500) == 0) {
    for (std::uint64_t i = draw(2000); i > 0; --i) bytes += "N: v\r\n";
  }
  // A body that is announced, more often than one that is not.
  const std::uint64_t framing = draw(4);
  if (framing == 0) bytes += "Transfer-Encoding: chunked\r\n";
  if (framing == 1) bytes += "Content-Length: 5\r\n";
  bytes += one_of(*this, kEnds);
  if (framing < 3) bytes += kBodies[draw(std::size(kBodies))];
  return bytes;
}

void Mutants::mutate(std::string& bytes) {
  if (bytes.empty()) return;
  const std::size_t at = draw(bytes.size());
  const std::size_t length = 1 + draw(std::min<std::size_t>(bytes.size() - at, 8));
  switch (draw(6)) {
    case 0:
      bytes[at] = static_cast<char>(draw(256));
      break;
    case 1:
      bytes[at] = static_cast<char>(bytes[at] ^ 1 << draw(8));
      break;
    case 2:
      bytes.erase(at, length);
      break;
    case 3:
      bytes.insert(at, bytes.substr(at, length));
      break;
    case 4:
      bytes.insert(at, 1, "\r\n\0 \t:;,=\"%/.\\"[draw(14)]);
      break;
    default:
      bytes.resize(at);
  }
}

std::string Mutants::next() {
  std::string bytes = request();
  if (draw(8) == 0) bytes += request();
  if (draw(2) == 0) {
    for (std::uint64_t i = 1 + draw(3); i > 0; --i) mutate(bytes);
  }
  return bytes;
}

}  // namespace rill::abuse
