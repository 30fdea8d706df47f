// Wire suite: conditional requests, ranges, precompressed variants (H10, H11).
#include "tests/lessons/httpd/wire_suite.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

std::string of_range(std::size_t begin, std::size_t end) {
  return numbered_bytes(1000).substr(begin, end - begin);
}

TEST_CASE("conditional requests", "[wire]") {
  const WireServer server;
  const Reply first = server.first(get("/range.bin"));
  const std::string tag = first.fields.at("etag");
  const std::string modified = first.fields.at("last-modified");
  CHECK(tag.size() == 18);
  CHECK(server.first(get("/range.bin")).fields.at("etag") == tag);
  CHECK(server.first(get("/docs/a.txt")).fields.at("etag") != tag);
  const std::string etag = "etag: " + tag;
  const std::string past = "Sun, 06 Nov 1994 08:49:37 GMT";
  const auto with = [](const std::string& fields) { return get("/range.bin", fields) + kNext; };
  const auto alone = [](const std::string& fields) { return get("/range.bin", fields); };
  server.check({
      {"same tag",
       alone("If-None-Match: " + tag + "\r\n"),
       "304",
       {etag, "!content-length", "!content-type", "!last-modified", "!accept-ranges"},
       ""},
      {"304 ends where it should", with("If-None-Match: " + tag + "\r\n"), "304 200", {}, "next"},
      {"weak", alone("If-None-Match: W/" + tag + "\r\n"), "304"},
      {"in a list", alone("If-None-Match: \"x\", " + tag + "\r\n"), "304"},
      {"in another line", alone("If-None-Match: \"x\"\r\nIf-None-Match: " + tag + "\r\n"), "304"},
      {"star", alone("If-None-Match: *\r\n"), "304"},
      {"other tag", alone("If-None-Match: \"x\"\r\n"), "200", {etag}, numbered_bytes(1000)},
      {"HEAD",
       message("HEAD /range.bin HTTP/1.1", "If-None-Match: " + tag + "\r\n"),
       "304",
       {etag},
       ""},
      {"not changed since", alone("If-Modified-Since: " + modified + "\r\n"), "304", {etag}, ""},
      {"changed since", alone("If-Modified-Since: " + past + "\r\n"), "200"},
      {"no date", alone("If-Modified-Since: never\r\n"), "200"},
      {"other tag outranks the date",
       alone("If-None-Match: \"x\"\r\nIf-Modified-Since: " + modified + "\r\n"), "200"},
      {"match", alone("If-Match: " + tag + "\r\n"), "200"},
      {"match of anything", alone("If-Match: *\r\n"), "200"},
      {"no match", with("If-Match: \"x\"\r\n"), "412 200", {}, "next"},
      {"no match of weak ones", alone("If-Match: W/" + tag + "\r\n"), "412"},
      {"unmodified", alone("If-Unmodified-Since: " + modified + "\r\n"), "200"},
      {"modified", alone("If-Unmodified-Since: " + past + "\r\n"), "412"},
      {"match outranks the date",
       alone("If-Match: " + tag + "\r\nIf-Unmodified-Since: " + past + "\r\n"), "200"},
      {"match, and none", alone("If-Match: *\r\nIf-None-Match: " + tag + "\r\n"), "304"},
      {"no condition where there is nothing", get("/none", "If-None-Match: *\r\n"), "404"},
      {"nor on a redirect", get("/docs", "If-Match: \"x\"\r\n"), "301"},
      {"nor on a wrong method", post("If-Match: \"x\"\r\n"), "405"},
      {"a listing has no tag", get("/docs/", "If-None-Match: \"x\"\r\n"), "200"},
      {"a long list",
       alone("If-None-Match: " +
             [] {
               std::string list = "\"0\"";
               for (int i = 1; i < 1500; ++i) list += ", \"" + std::to_string(i) + "\"";
               return list;
             }() +
             "\r\n"),
       "200"},
      {"304 of a large file",
       get("/large.bin", "If-None-Match: *\r\n") + kNext,
       "304 200",
       {},
       "next"},
  });
}

TEST_CASE("ranges", "[wire]") {
  const WireServer server;
  const auto range = [](const std::string& value, const std::string& more = "") {
    return get("/range.bin", "Range: " + value + "\r\n" + more);
  };
  const std::string whole = numbered_bytes(1000);
  const Reply first = server.first(get("/range.bin"));
  const std::string tag = first.fields.at("etag");
  const std::string modified = first.fields.at("last-modified");
  server.check({
      {"first bytes",
       range("bytes=0-4"),
       "206",
       {"content-range: bytes 0-4/1000", "content-length: 5", "etag: " + tag, "last-modified",
        "content-type: application/octet-stream"},
       of_range(0, 5)},
      {"one byte",
       range("bytes=999-999"),
       "206",
       {"content-range: bytes 999-999/1000"},
       of_range(999, 1000)},
      {"open",
       range("bytes=990-"),
       "206",
       {"content-range: bytes 990-999/1000"},
       of_range(990, 1000)},
      {"beyond the end",
       range("bytes=990-2000"),
       "206",
       {"content-range: bytes 990-999/1000"},
       of_range(990, 1000)},
      {"last bytes",
       range("bytes=-5"),
       "206",
       {"content-range: bytes 995-999/1000"},
       of_range(995, 1000)},
      {"last bytes, more than all",
       range("bytes=-5000"),
       "206",
       {"content-range: bytes 0-999/1000"},
       whole},
      {"all", range("bytes=0-"), "206", {"content-range: bytes 0-999/1000"}, whole},
      {"unit in any case", range("Bytes=0-0"), "206", {}, of_range(0, 1)},
      {"two that touch",
       range("bytes=0-9,10-19"),
       "206",
       {"content-range: bytes 0-19/1000"},
       of_range(0, 20)},
      {"in step", range("bytes=0-4") + kNext, "206 200", {}, "next"},
      {"of a large file",
       get("/large.bin", "Range: bytes=300000-699999\r\n"),
       "206",
       {"content-range: bytes 300000-699999/1000000", "content-length: 400000"},
       numbered_bytes(1'000'000).substr(300000, 400000)},
      {"last byte of a large file", get("/large.bin", "Range: bytes=-1\r\n") + kNext, "206 200"},
      // 416.
      {"behind the end",
       range("bytes=1000-"),
       "416",
       {"content-range: bytes */1000", "!etag", "!accept-ranges"}},
      {"no bytes", range("bytes=-0") + kNext, "416 200", {}, "next"},
      {"far behind", range("bytes=18446744073709551616-"), "416"},
      // Not heeded.
      {"other unit", range("items=0-4"), "200", {"!content-range"}, whole},
      {"backwards", range("bytes=5-4"), "200", {}, whole},
      {"words", range("bytes=a-b"), "200", {}, whole},
      {"nothing", range(""), "200", {}, whole},
      {"HEAD has no ranges",
       message("HEAD /range.bin HTTP/1.1", "Range: bytes=0-4\r\n"),
       "200",
       {"content-length: 1000", "!content-range", "accept-ranges: bytes"},
       ""},
      {"empty file", get("/empty", "Range: bytes=0-\r\n"), "200", {"content-length: 0"}, ""},
      {"a listing has none", get("/docs/", "Range: bytes=0-4\r\n"), "200", {"!content-range"}},
      {"nothing there", get("/none", "Range: bytes=0-4\r\n"), "404", {"!content-range"}},
      {"too many",
       range([] {
         std::string many = "bytes=0-0";
         for (int i = 1; i < 1300; ++i) many += "," + std::to_string(i * 2) + "-";
         return many;
       }()),
       "200",
       {},
       whole},
      {"overlapping ones cost no more than the whole (CVE-2011-3192)",
       range("bytes=0-,1-,2-,3-,4-,5-,6-,7-"),
       "206",
       {"content-range: bytes 0-999/1000"},
       whole},
      {"overflow of the sum (CVE-2017-7529)",
       range("bytes=-9223372036854775608,-9223372036854775608"),
       "206",
       {},
       whole},
      // If-Range.
      {"same tag", range("bytes=0-4", "If-Range: " + tag + "\r\n"), "206", {}, of_range(0, 5)},
      {"other tag", range("bytes=0-4", "If-Range: \"x\"\r\n"), "200", {}, whole},
      {"weak tag", range("bytes=0-4", "If-Range: W/" + tag + "\r\n"), "200", {}, whole},
      {"same date",
       range("bytes=0-4", "If-Range: " + modified + "\r\n"),
       "206",
       {},
       of_range(0, 5)},
      {"other date",
       range("bytes=0-4", "If-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n"),
       "200",
       {},
       whole},
      {"other tag, behind the end", range("bytes=1000-", "If-Range: \"x\"\r\n"), "200", {}, whole},
      // Conditions come first.
      {"not modified", range("bytes=0-4", "If-None-Match: " + tag + "\r\n"), "304"},
      {"failed", range("bytes=0-4", "If-Match: \"x\"\r\n"), "412"},
      {"not modified, behind the end", range("bytes=1000-", "If-None-Match: *\r\n"), "304"},
  });
}

TEST_CASE("several ranges come in parts", "[wire]") {
  const WireServer server;
  const std::string all = numbered_bytes(1'000'000);
  const auto parts = [](const std::string& boundary, const std::string& size,
                        const std::vector<std::pair<std::string, std::string>>& ranges) {
    std::string body;
    for (const auto& [range, bytes] : ranges) {
      body += (body.empty() ? "--" : "\r\n--") + boundary +
              "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes " + range + "/" +
              size + "\r\n\r\n" + bytes;
    }
    return body + "\r\n--" + boundary + "--\r\n";
  };
  const auto boundary_of = [](const Reply& reply) {
    const std::string type = reply.fields.at("content-type");
    const std::string start = "multipart/byteranges; boundary=";
    REQUIRE(type.starts_with(start));
    return type.substr(start.size());
  };
  const std::string small = get("/range.bin", "Range: bytes=0-4, 500-504, -5\r\n");
  const Reply reply = server.first(small);
  CHECK(reply.status == 206);
  CHECK_FALSE(reply.fields.contains("content-range"));
  CHECK(reply.body == parts(boundary_of(reply), "1000",
                            {{"0-4", of_range(0, 5)},
                             {"500-504", of_range(500, 505)},
                             {"995-999", of_range(995, 1000)}}));
  const std::string large = get("/large.bin", "Range: bytes=700000-899999,0-299999\r\n");
  const Reply second = server.first(large);
  CHECK(second.body == parts(boundary_of(second), "1000000",
                             {{"700000-899999", all.substr(700000, 200000)},
                              {"0-299999", all.substr(0, 300000)}}));
  server.check({{"in step", small + large + kNext, "206 206 200", {}, "next"},
                {"compressed: whole",
                 get("/gzip.js",
                     "Accept-Encoding: gzip\r\n"
                     "Range: bytes=0-0,-1\r\n"),
                 "200",
                 {},
                 numbered_bytes(1000)}});
}

TEST_CASE("precompressed variants", "[wire]") {
  const WireServer server;
  const auto ask = [](const std::string& path, const std::string& codings) {
    return get(path, "Accept-Encoding: " + codings + "\r\n");
  };
  const auto tag = [&](const std::string& request) {
    return server.first(request).fields.at("etag");
  };
  const std::string plain = tag(get("/both.css"));
  const std::string gzip = tag(ask("/both.css", "gzip"));
  const std::string br = tag(ask("/both.css", "br"));
  CHECK(plain != gzip);
  CHECK(plain != br);
  CHECK(gzip != br);
  const std::string vary = "vary: Accept-Encoding";
  const std::string css = "content-type: text/css; charset=utf-8";
  server.check({
      {"plain", get("/both.css"), "200", {vary, css, "!content-encoding"}, "both{}"},
      {"gzip", ask("/both.css", "gzip"), "200", {vary, css, "content-encoding: gzip"}, "GZIP"},
      {"br", ask("/both.css", "br"), "200", {vary, css, "content-encoding: br"}, "BROTLI"},
      {"as browsers ask",
       ask("/both.css", "gzip, deflate, br, zstd"),
       "200",
       {"content-encoding: br"},
       "BROTLI"},
      {"by weight", ask("/both.css", "gzip;q=1, br;q=0.9"), "200", {}, "GZIP"},
      {"plain by weight", ask("/both.css", "gzip;q=0.5, identity"), "200", {}, "both{}"},
      {"anything", ask("/both.css", "*"), "200", {}, "BROTLI"},
      {"anything but", ask("/both.css", "br;q=0, *;q=0.5"), "200", {}, "GZIP"},
      {"nothing but", ask("/both.css", "identity;q=0, gzip;q=0.1"), "200", {}, "GZIP"},
      {"refused", ask("/both.css", "gzip;q=0, br;q=0"), "200", {vary}, "both{}"},
      {"unknown", ask("/both.css", "zstd"), "200", {vary}, "both{}"},
      {"empty", ask("/both.css", ""), "200", {vary}, "both{}"},
      {"none acceptable", ask("/both.css", "zstd, *;q=0"), "406", {vary}},
      {"no variants, none acceptable", ask("/range.bin", "identity;q=0") + kNext, "406 200"},
      {"no variants", ask("/range.bin", "gzip, br"), "200", {"!vary", "!content-encoding"}},
      {"one variant", ask("/gzip.js", "br, gzip;q=0.1"), "200", {vary}, numbered_bytes(1000)},
      {"older than the file",
       ask("/stale.css", "gzip"),
       "200",
       {"!vary", "!content-encoding"},
       "new"},
      {"a link that leads out", ask("/escape.css", "gzip"), "200", {"!vary"}, "inside"},
      {"a folder", ask("/folder.css", "gzip"), "200", {"!vary"}, "inside"},
      {"for itself",
       ask("/both.css.gz", "gzip"),
       "200",
       {"content-type: application/gzip", "!content-encoding"},
       "GZIP"},
      {"HEAD",
       message("HEAD /both.css HTTP/1.1", "Accept-Encoding: br\r\n"),
       "200",
       {"content-length: 6", "content-encoding: br", vary},
       ""},
      {"range",
       ask("/gzip.js", "gzip\r\nRange: bytes=2-4"),
       "206",
       {"content-range: bytes 2-4/1000", "content-encoding: gzip", vary},
       of_range(2, 5)},
      {"tag of the variant",
       ask("/both.css", "gzip\r\nIf-None-Match: " + gzip),
       "304",
       {"etag: " + gzip, vary},
       ""},
      {"tag of the plain one",
       ask("/both.css", "gzip\r\nIf-None-Match: " + plain),
       "200",
       {},
       "GZIP"},
      {"range of another variant",
       ask("/both.css", "gzip\r\nRange: bytes=0-0\r\nIf-Range: " + br),
       "200",
       {},
       "GZIP"},
  });
}

}  // namespace
}  // namespace rill::httpd
