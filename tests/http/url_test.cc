// URIs, URLs, hosts, percent-encoding, and request paths: the tables of RFC 3986, hostile
// spellings, and properties (normalising twice changes nothing, nothing climbs out of the root).
#include "net/http/url.h"

#include <string>
#include <vector>

#include "net/http/host.h"
#include "net/http/path.h"
#include "net/http/percent.h"
#include "net/http/uri.h"
#include "tests/testing/property.h"

using namespace rill::http;
using namespace std::string_literals;

namespace {

std::string url(const std::string& text) {
  const auto parsed = Url::parse(text);
  return parsed ? parsed->text() : "none";
}

std::string link(const std::string& base, const std::string& reference) {
  const auto resolved = Url::parse(base)->resolve(reference);
  return resolved ? resolved->text() : "none";
}

// The file that a request path names, with '/' behind a directory; or the fault.
std::string file(std::string_view text) {
  RequestPath path;
  switch (path.assign(text)) {
    case PathFault::none:
      return path.relative() + (path.wants_directory() ? "/" : "");
    case PathFault::malformed:
      return "malformed";
    case PathFault::escape:
      return "escape";
    case PathFault::no_file:
      return "no file";
  }
  return "";
}

std::string hostile_text() {
  static const std::vector<std::string> kPieces = {
      "http:",  "https://", "//",  "/",      ".", "..",  "/../",       "%2e", "%2F",
      "%",      "%0",       "%00", "%c0%ae", "?", "#",   "@",          ":",   "80",
      ":65536", "[",        "]",   "::1",    "a", "B",   "\\",         " ",   "\n",
      "\x7f",   "\xe9",     "~",   "&",      "+", "%7E", "javascript:"};
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kPieces));
  std::string text;
  for (const auto& piece : pieces) text += piece;
  return text;
}

}  // namespace

TEST_CASE("the reference resolution examples of RFC 3986 5.4", "[http][uri]") {
  const std::pair<const char*, const char*> kExamples[] = {
      // 5.4.1, normal
      {"g:h", "g:h"},
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"g#s", "http://a/b/c/g#s"},
      {"g?y#s", "http://a/b/c/g?y#s"},
      {";x", "http://a/b/c/;x"},
      {"g;x", "http://a/b/c/g;x"},
      {"g;x?y#s", "http://a/b/c/g;x?y#s"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../", "http://a/"},
      {"../../g", "http://a/g"},
      // 5.4.2, abnormal
      {"../../../g", "http://a/g"},
      {"../../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {".g", "http://a/b/c/.g"},
      {"g..", "http://a/b/c/g.."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
      {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/./x", "http://a/b/c/g?y/./x"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
      {"g#s/./x", "http://a/b/c/g#s/./x"},
      {"g#s/../x", "http://a/b/c/g#s/../x"},
      {"http:g", "http:g"},
  };
  for (const auto& [reference, target] : kExamples) {
    INFO(reference);
    CHECK(resolve_reference("http://a/b/c/d;p?q", reference) == target);
  }
  CHECK(resolve_reference("http://a", "g") == "http://a/g");
  CHECK(resolve_reference("http://a?q", "") == "http://a?q");
}

TEST_CASE("the five components", "[http][uri]") {
  for (const std::string& text :
       {"ftp://ftp.is.co.za/rfc/rfc1808.txt", "ldap://[2001:db8::7]/c=GB?objectClass?one",
        "mailto:John.Doe@example.com", "tel:+1-816-555-1212", "urn:a:b:c", "a/b:c", "//h?", "#", "",
        "foo://u@example.com:8042/over/there?name=ferret#nose"}) {
    CHECK(join_uri(split_uri(text)) == text);
  }
  const UriParts parts = split_uri("1a:b?c#d?e#f");
  CHECK_FALSE(parts.scheme);  // a scheme begins with a letter
  CHECK(parts.path == "1a:b");
  CHECK(parts.query == "c");
  CHECK(parts.fragment == "d?e#f");
}

TEST_CASE("equal URLs have one spelling", "[http][url]") {
  CHECK(url("http://a") == "http://a/");
  CHECK(url("HTTP://A:80/") == "http://a/");
  CHECK(url("https://a:443/x") == "https://a/x");
  CHECK(url("https://a:80") == "https://a:80/");
  CHECK(url("http://a:/") == "http://a/");
  CHECK(url("http://a:0080/") == "http://a/");
  CHECK(url("http://a?q") == "http://a/?q");
  CHECK(url("http://a/?") == "http://a/?");
  CHECK(url("http://a/%7euser/%41%2f%3a") == "http://a/~user/A%2F%3A");
  CHECK(url("http://a/b/%2e%2E/c/./d") == "http://a/c/d");
  CHECK(url("http://a/../../b") == "http://a/b");
  CHECK(url("http://a/b#c") == "http://a/b");
  CHECK(url("http://user:secret@a/") == "http://a/");
  CHECK(url("http://trusted.com@evil.com/") == "http://evil.com/");
  CHECK(url("http://a@b@c/") == "http://c/");
  CHECK(url("http://ex%61mple.COM/") == "http://example.com/");
  CHECK(url("http://[0:0::1]:8080/") == "http://[::1]:8080/");
  CHECK(url("http://[2001:DB8::]/") == "http://[2001:db8::]/");
  CHECK(url("  http://a/b c ") == "http://a/b%20c");
  CHECK(url("http://a/\xc3\xa9?\"<>\\^`{|}") == "http://a/%C3%A9?%22%3C%3E%5C%5E%60%7B%7C%7D");
  CHECK(url("http://a/100%") == "http://a/100%25");
  CHECK(url("http://a/%4") == "http://a/%254");
  CHECK(url("http://a/%2%35") == "http://a/%2525");
  CHECK(url("http://a//b///c") == "http://a//b///c");
}

TEST_CASE("what is no http URL", "[http][url]") {
  for (const std::string& text : {""s,
                                  "a"s,
                                  "/a"s,
                                  "//a/"s,
                                  "http:"s,
                                  "http:/a"s,
                                  "http:a"s,
                                  "http://"s,
                                  "http:///a"s,
                                  "http://:80/"s,
                                  "http://u@/"s,
                                  "ftp://a/"s,
                                  "file:///etc/passwd"s,
                                  "javascript:alert(1)"s,
                                  "data:text/html,x"s,
                                  "mailto:a@b"s,
                                  "http://a:0/"s,
                                  "http://a:65536/"s,
                                  "http://a:-1/"s,
                                  "http://a:8x/"s,
                                  "http://a b/"s,
                                  "http://a\\b/"s,
                                  "http://a%00/"s,
                                  "http://a%2fb/"s,
                                  "http://[::1/"s,
                                  "http://[::1]x/"s,
                                  "http://[v1.x]/"s,
                                  "http://[fe80::1%25eth0]/"s,
                                  "http://[1:2]/"s,
                                  "http://::1/"s,
                                  "http://a/\r\nHost: b"s,
                                  "http://a/\n"s,
                                  "http://a/\0"s,
                                  "http://a\r\n/"s,
                                  "http://a/\x7f"s,
                                  "http://b\xc3\xbc.de/"s,
                                  "http://a!b/"s,
                                  "http://a/" + std::string(Url::kMaxBytes, 'x'),
                                  "http://" + std::string(Url::kMaxHostBytes + 1, 'x') + "/",
                                  "http://a/" + std::string(3000, ' ') + "x"}) {
    INFO(text.substr(0, 40));
    CHECK(url(text) == "none");
  }
  CHECK(url("http://a/" + std::string(7000, 'x')).size() == 7009);
  CHECK(url("http://" + std::string(Url::kMaxHostBytes, 'x')).size() == 263);
}

TEST_CASE("links and Locations", "[http][url]") {
  const std::string base = "http://a:8080/b/c?q";
  CHECK(link(base, "d") == "http://a:8080/b/d");
  CHECK(link(base, "//evil.com") == "http://evil.com/");
  CHECK(link(base, "///evil.com") == "none");
  CHECK(link(base, "/\\evil.com") == "http://a:8080/%5Cevil.com");
  CHECK(link(base, "\\\\evil.com") == "http://a:8080/b/%5C%5Cevil.com");
  CHECK(link(base, "#top") == "http://a:8080/b/c?q");
  CHECK(link(base, "") == "http://a:8080/b/c?q");
  CHECK(link(base, " d ") == "http://a:8080/b/d");
  CHECK(link(base, "javascript:x") == "none");
  CHECK(link(base, "d\r\nX: y") == "none");
  CHECK(link(base, "?" + std::string(9000, 'x')) == "none");
  CHECK(link(base, std::string(5000, '\xff')) == "none");  // three times as long when encoded
  CHECK(Url::parse(base)->same_origin(*Url::parse("HTTP://A:8080/z")));
  CHECK_FALSE(Url::parse(base)->same_origin(*Url::parse("http://a/")));
  CHECK(Url::parse(base)->authority() == "a:8080");
  CHECK(Url::parse(base)->target() == "/b/c?q");
  CHECK(Url::parse(base)->path() == "/b/c");
}

TEST_CASE("request paths become names below the root", "[http][path]") {
  CHECK(file("/") == "/");
  CHECK(file("/a") == "a");
  CHECK(file("/a/b.html") == "a/b.html");
  CHECK(file("/a/") == "a/");
  CHECK(file("//a///b//") == "a/b/");
  CHECK(file("/a%20b/%c3%a9") == "a b/\xc3\xa9");
  CHECK(file("/%25/%2525") == "%/%25");  // once
  CHECK(file("/a+b") == "a+b");
  CHECK(file("/%ff%E9x") == "\xff\xe9x");
  CHECK(file("/...") == "...");
  CHECK(file("/.hidden/..x") == ".hidden/..x");
  CHECK(file("/./a/./b/.") == "a/b/");
  CHECK(file("/a/../b") == "b");
  CHECK(file("/a/b/c/../../d/..") == "a/");
  CHECK(file("/a/..") == "/");
  CHECK(file("/a/%2e%2E/b") == "b");
}

TEST_CASE("request paths that climb or hide are refused", "[http][path]") {
  for (const char* text : {"/..", "/../", "/../etc/passwd", "/a/../../b", "/%2e%2e/x", "/.%2e",
                           "/%2e./x", "/./../x", "//../x", "/a/b/../../../a"}) {
    INFO(text);
    CHECK(file(text) == "escape");
  }
  for (const std::string& text : {""s,
                                  "a"s,
                                  "*"s,
                                  "/\\..\\x"s,
                                  "/%5c..%5cx"s,
                                  "/a%00b"s,
                                  "/a\0b"s,
                                  "/%0a"s,
                                  "/%7f"s,
                                  "/%1F"s,
                                  "/\t"s,
                                  "/%"s,
                                  "/%2"s,
                                  "/%zz"s,
                                  "/%2x"s,
                                  "/%c0%ae%c0%ae/x"s,
                                  "/%c0%af"s,
                                  "/%c1%9c"s,
                                  "/%e0%80%ae"s,
                                  "/%e0%9f%bf"s,
                                  "/%f0%80%80%ae"s,
                                  "/a%u002e"s}) {
    INFO(text);
    CHECK(file(text) == "malformed");
  }
  for (const char* text : {"/a%2fb", "/..%2f..%2fetc/passwd", "/%2F", "/%2f..%2f"}) {
    INFO(text);
    CHECK(file(text) == "no file");
  }
  CHECK(file("/%252e%252e/x") == "%2e%2e/x");  // decoded once, a harmless name
}

RILL_PROPERTY("a normalised URL stays as it is, and every link of it is normalised") {
  const std::string text = hostile_text();
  const auto parsed = Url::parse(text);
  if (parsed) {
    RC_ASSERT(Url::parse(parsed->text()) == parsed);
    RC_ASSERT(parsed->text().size() <= Url::kMaxBytes);
  }
  const auto resolved = Url::parse("https://h/a/b?c")->resolve(text);
  if (resolved) RC_ASSERT(Url::parse(resolved->text()) == resolved);
}

RILL_PROPERTY("resolving is total and leaves no dot segment") {
  const std::string target = resolve_reference("http://a/b/c/d;p?q", hostile_text());
  const UriParts parts = split_uri(target);
  RC_ASSERT(parts.scheme.has_value());
  RC_ASSERT(join_uri(parts) == target);
  if (parts.path.starts_with('/')) {
    RC_ASSERT(remove_dot_segments(parts.path) == parts.path);
  }
}

RILL_PROPERTY("percent-encoding keeps any bytes", const std::string& bytes) {
  std::string encoded;
  append_percent_encoded(encoded, bytes);
  RC_ASSERT(percent_decode(encoded) == bytes);
  RC_ASSERT(normalise_percent(encoded) == encoded);
  RC_ASSERT(encoded.find_first_of("/:?#&\"'<> \\") == encoded.npos);
}

RILL_PROPERTY("every file name can be asked for by its encoded form", std::string name) {
  std::erase_if(name, [](char c) {
    return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  RC_PRE(!name.empty() && name != "." && name != "..");
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {  // overlong UTF-8 is refused
    if (static_cast<unsigned char>(name[i]) >= 0xc0) name[i] = 'x';
  }
  std::string path = "/dir/";
  append_percent_encoded(path, name);
  RC_ASSERT(file(path) == "dir/" + name);
}

RILL_PROPERTY("no request path gets out of the root") {
  RequestPath path;
  const bool is_accepted = path.assign("/" + hostile_text()) == PathFault::none;
  const std::string& name = path.relative();
  RC_ASSERT(is_accepted || name.empty());
  const std::string padded = "/" + name + "/";
  RC_ASSERT(padded == "//" || padded.find("//") == padded.npos);
  RC_ASSERT(padded.find("/../") == padded.npos);
  RC_ASSERT(padded.find("/./") == padded.npos);
  RC_ASSERT(name.find('\0') == name.npos && name.find('\\') == name.npos);
}
