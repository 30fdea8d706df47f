// What clients say about versions and codings: entity tags, conditions and their order of
// precedence, If-Range, Accept-Encoding.
#include <string>

#include "net/http/accept_encoding.h"
#include "net/http/entity_tag.h"
#include "net/http/preconditions.h"
#include "tests/testing/testing.h"

using namespace rill::http;

namespace {

constexpr std::int64_t kModified = 784'111'777;  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr std::int64_t kNow = 1'000'000'000;
const std::string kSame = "Sun, 06 Nov 1994 08:49:37 GMT";
const std::string kBefore = "Sun, 06 Nov 1994 08:49:36 GMT";
const std::string kAfter = "Sun, 06 Nov 1994 08:49:38 GMT";

/// A request with these field lines ("A: b\r\n").
struct Parsed {
  explicit Parsed(const std::string& fields, const std::string& method = "GET")
      : head(method + " / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n") {
    std::string_view input = head;
    REQUIRE(parser.next(input) == Event::head);
  }
  std::string head;
  RequestParser parser;
};

std::string tags(std::string_view list) {
  std::string text;
  while (const auto tag = take_entity_tag(list))
    text += (tag->is_weak ? " weak " : " ") + std::string(tag->opaque);
  return text;
}

int status(const std::string& fields, const std::string& method = "GET",
           const Validators& current = {"\"v1\"", kModified}) {
  const Parsed parsed(fields, method);
  switch (check_preconditions(parsed.parser.request(), current, kNow)) {
    case Precondition::holds:
      return 200;
    case Precondition::not_modified:
      return 304;
    case Precondition::failed:
      return 412;
  }
  return 0;
}

bool if_range(const std::string& fields, const Validators& current = {"\"v1\"", kModified},
              std::int64_t now = kNow) {
  const Parsed parsed(fields);
  return check_if_range(parsed.parser.request(), current, now);
}

/// "br gzip identity", in thousandths.
std::string weights(const std::string& fields) {
  const CodingWeights weights = read_accept_encoding(Parsed(fields).parser.request().fields);
  return std::to_string(weights.br) + " " + std::to_string(weights.gzip) + " " +
         std::to_string(weights.identity);
}

std::string accept(const std::string& value) {
  return weights("Accept-Encoding: " + value + "\r\n");
}

}  // namespace

TEST_CASE("lists of entity tags", "[http][conditions]") {
  CHECK(tags("\"a\"") == " \"a\"");
  CHECK(tags("\"a\", W/\"b\"") == " \"a\" weak \"b\"");
  CHECK(tags(" ,, \"a\" ,\"\",") == " \"a\" \"\"");
  CHECK(tags("\"a,b\",\"c\\\"") == " \"a,b\" \"c\\\"");
  CHECK(tags("\"\xc3\xa4\"") == " \"\xc3\xa4\"");
  CHECK(tags("").empty());
  CHECK(tags("*").empty());
  CHECK(tags("a").empty());
  CHECK(tags("\"a").empty());
  CHECK(tags("\"a b\"").empty());
  CHECK(tags("w/\"a\"").empty());
  CHECK(tags("W/a").empty());
  CHECK(tags("W/ \"a\"").empty());
  CHECK(tags("\"a\"x, \"b\"").empty());
  CHECK(tags("\"a\" \"b\"").empty());
  CHECK(tags("\"a\", b, \"c\"") == " \"a\"");
  CHECK(parse_entity_tag("W/\"a\"")->is_weak);
  CHECK_FALSE(parse_entity_tag("\"a\" "));
  CHECK_FALSE(parse_entity_tag("\"a\",\"b\""));
  CHECK_FALSE(parse_entity_tag("\"a\"\"b\""));
  CHECK_FALSE(parse_entity_tag(""));
}

TEST_CASE("conditions, each for itself", "[http][conditions]") {
  CHECK(status("") == 200);
  // If-None-Match: weak comparison, lists, lines, "*".
  CHECK(status("If-None-Match: \"v1\"\r\n") == 304);
  CHECK(status("If-None-Match: W/\"v1\"\r\n") == 304);
  CHECK(status("If-None-Match: \"v0\", \"v1\"\r\n") == 304);
  CHECK(status("If-None-Match: \"v0\"\r\nIf-None-Match: \"v1\"\r\n") == 304);
  CHECK(status("If-None-Match: *\r\n") == 304);
  CHECK(status("If-None-Match: \"v0\"\r\n") == 200);
  CHECK(status("If-None-Match: v1\r\n") == 200);
  CHECK(status("If-None-Match: \"v1\r\n") == 200);
  CHECK(status("If-None-Match:\r\n") == 200);
  CHECK(status("if-none-match: \"v1\"\r\n", "HEAD") == 304);
  CHECK(status("If-None-Match: \"v1\"\r\n", "PUT") == 412);
  CHECK(status("If-None-Match: *\r\n", "PUT") == 412);
  CHECK(status("If-None-Match: \"v1\"\r\n", "GET", {"W/\"v1\"", kModified}) == 304);
  // If-Match: strong comparison.
  CHECK(status("If-Match: \"v1\"\r\n") == 200);
  CHECK(status("If-Match: *\r\n") == 200);
  CHECK(status("If-Match: \"v0\", \"v1\"\r\n") == 200);
  CHECK(status("If-Match: W/\"v1\"\r\n") == 412);
  CHECK(status("If-Match: \"v0\"\r\n") == 412);
  CHECK(status("If-Match: nonsense\r\n") == 412);
  CHECK(status("If-Match: \"v1\"\r\n", "GET", {"W/\"v1\"", kModified}) == 412);
  // Dates.
  CHECK(status("If-Modified-Since: " + kSame + "\r\n") == 304);
  CHECK(status("If-Modified-Since: " + kAfter + "\r\n") == 304);
  CHECK(status("If-Modified-Since: " + kBefore + "\r\n") == 200);
  CHECK(status("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT\r\n") == 304);
  CHECK(status("If-Modified-Since: Sun Nov  6 08:49:37 1994\r\n") == 304);
  CHECK(status("If-Modified-Since: yesterday\r\n") == 200);
  CHECK(status("If-Modified-Since: " + kSame + "\r\nIf-Modified-Since: " + kSame + "\r\n") == 200);
  CHECK(status("If-Modified-Since: " + kSame + "\r\n", "PUT") == 200);
  CHECK(status("If-Unmodified-Since: " + kSame + "\r\n") == 200);
  CHECK(status("If-Unmodified-Since: " + kAfter + "\r\n") == 200);
  CHECK(status("If-Unmodified-Since: " + kBefore + "\r\n") == 412);
  CHECK(status("If-Unmodified-Since: tomorrow\r\n") == 200);
  // A resource without validators.
  CHECK(status("If-None-Match: \"v1\"\r\n", "GET", {}) == 200);
  CHECK(status("If-None-Match: *\r\n", "GET", {}) == 304);
  CHECK(status("If-Match: *\r\n", "GET", {}) == 200);
  CHECK(status("If-Match: \"v1\"\r\n", "GET", {}) == 412);
  CHECK(status("If-Modified-Since: " + kAfter + "\r\n", "GET", {}) == 200);
  CHECK(status("If-Unmodified-Since: " + kBefore + "\r\n", "GET", {}) == 200);
}

TEST_CASE("conditions in the order of RFC 9110 13.2.2", "[http][conditions]") {
  const std::string match = "If-Match: \"v1\"\r\n";
  const std::string no_match = "If-Match: \"v0\"\r\n";
  const std::string none_match = "If-None-Match: \"v1\"\r\n";
  const std::string none_differs = "If-None-Match: \"v0\"\r\n";
  const std::string changed = "If-Unmodified-Since: " + kBefore + "\r\n";
  const std::string since = "If-Modified-Since: " + kSame + "\r\n";
  const std::string since_before = "If-Modified-Since: " + kBefore + "\r\n";
  CHECK(status(match + changed) == 200);  // If-Unmodified-Since is not asked
  CHECK(status(changed + match) == 200);
  CHECK(status(no_match + none_match) == 412);
  CHECK(status(none_match + no_match) == 412);
  CHECK(status(match + none_match) == 304);
  CHECK(status(changed + none_match) == 412);
  CHECK(status(none_differs + since) == 200);  // If-Modified-Since is not asked
  CHECK(status(none_match + since_before) == 304);
  CHECK(status(match + since) == 304);
}

TEST_CASE("If-Range wants strong validators", "[http][conditions]") {
  CHECK(if_range(""));
  CHECK(if_range("If-Range: \"v1\"\r\n"));
  CHECK_FALSE(if_range("If-Range: \"v0\"\r\n"));
  CHECK_FALSE(if_range("If-Range: W/\"v1\"\r\n"));
  CHECK_FALSE(if_range("If-Range: \"v1\"\r\n", {"W/\"v1\"", kModified}));
  CHECK_FALSE(if_range("If-Range: \"v1\", \"v2\"\r\n"));
  CHECK_FALSE(if_range("If-Range: *\r\n"));
  CHECK_FALSE(if_range("If-Range: \"v1\"\r\nIf-Range: \"v1\"\r\n"));
  CHECK(if_range("If-Range: " + kSame + "\r\n"));
  CHECK_FALSE(if_range("If-Range: " + kBefore + "\r\n"));
  CHECK_FALSE(if_range("If-Range: " + kAfter + "\r\n"));
  CHECK_FALSE(if_range("If-Range: " + kSame + "\r\n", {"\"v1\"", kModified}, kModified));
  CHECK(if_range("If-Range: " + kSame + "\r\n", {"\"v1\"", kModified}, kModified + 1));
  CHECK_FALSE(if_range("If-Range: " + kSame + "\r\n", {}));
  CHECK_FALSE(if_range("If-Range: nonsense\r\n"));
}

TEST_CASE("Accept-Encoding", "[http][conditions]") {
  CHECK(weights("") == "0 0 1");
  CHECK(accept("") == "0 0 1");
  CHECK(accept("gzip") == "0 1000 1");
  CHECK(accept("GZIP, deflate, Br") == "1000 1000 1");
  CHECK(accept("x-gzip") == "0 1000 1");
  CHECK(accept("gzip;q=0.5, br;q=0.25") == "250 500 1");
  CHECK(accept("gzip ; q=0.001") == "0 1 1");
  CHECK(accept("gzip;Q=1.000") == "0 1000 1");
  CHECK(accept("gzip;q=0") == "0 0 1");
  CHECK(accept("gzip;q=0.000") == "0 0 1");
  CHECK(accept("*") == "1000 1000 1000");
  CHECK(accept("*;q=0") == "0 0 0");
  CHECK(accept("*;q=0, br") == "1000 0 0");
  CHECK(accept("*;q=0.3, gzip;q=0") == "300 0 300");
  CHECK(accept("identity") == "0 0 1000");
  CHECK(accept("identity;q=0") == "0 0 0");
  CHECK(accept("identity;q=0, gzip;q=0.2") == "0 200 0");
  CHECK(accept("identity;q=0, *") == "1000 1000 0");
  CHECK(weights("Accept-Encoding: gzip\r\nAccept-Encoding: br;q=0.5\r\n") == "500 1000 1");
  // Malformed members say nothing.
  for (const std::string member :
       {"gzip;q=1.1", "gzip;q=2", "gzip;q=0.0001", "gzip;q=", "gzip;q", "gzip;x=1", "gzip;q=-1",
        "gzip;q=.5", "gzip;q=0,5x", "gz ip", "gzip;q=1.5", "gzip;q=01", "gzip;q=0;x"}) {
    INFO(member);
    CHECK(accept(member) == "0 0 1");
  }
}
