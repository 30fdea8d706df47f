// The link scanner on good, bad and hostile HTML; character references.
#include <ctime>
#include <string>
#include <vector>

#include "net/http/entities.h"
#include "tests/http/transcript.h"
#include "tests/testing/property.h"

using namespace rill::http;

namespace {

struct Row {
  std::string html;
  std::string links;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.html.substr(0, 80));
    CHECK(link_transcript(row.html) == row.links);
    CHECK(link_transcript(row.html, every_byte(row.html)) == row.links);
  }
}

}  // namespace

TEST_CASE("links of every element", "[http][links]") {
  check({
      {"<a href=\"/x\">y</a>", "a=/x"},
      {"<A HREF='/x'>", "a=/x"},
      {"<a href=/x>", "a=/x"},
      {"<area href=1><base href=2><link rel=s href=3><img src=4><script src=5></script>"
       "<iframe src=6></iframe><frame src=7>",
       "area=1 base=2 link=3 img=4 script=5 iframe=6 frame=7"},
      {"<a src=1><img href=2><p href=3><abbr href=4>", ""},
      {"<a\nclass=\"b\"\thref = \"/x\" id=c>", "a=/x"},
      {"<a href=x/>", "a=x/"},
      {"<img src=\"x\"/><img src='y' / ><br/><a/href=z>", "img=x img=y a=z"},
      {"<a href=1 href=2>", "a=1"},
      {"<a hrefx=1 xhref=2 data-href=3 href=4>", "a=4"},
      {"<a href>", ""},
      {"<a href=>", "a="},
      {"<a href=\"\">", "a="},
      {"</a href=1><a href=2>", "a=2"},
      {"<a href=1", ""},
      {"<a href=\"1", ""},
      {"<a href=\"1\"", ""},
  });
}

TEST_CASE("values are unescaped and stripped", "[http][links]") {
  check({
      {"<a href=\"/?a=1&amp;b=2\">", "a=/?a=1&b=2"},
      {"<a href='  /x\n'>", "a=/x"},
      {"<a href=\"/a\n\tb\rc\">", "a=/abc"},
      {"<a href=\"&#32;/x&#10;&#x20;\">", "a=/x"},
      {"<a href=\"java&#10;script:x\">", "a=javascript:x"},
      {"<a href='\"'>", "a=\""},
      {"<a href=a\"b'c>", "a=a\"b'c"},
      {"<a href=\"<b>\">", "a=<b>"},
  });
}

TEST_CASE("what rel, refresh and meta robots say", "[http][links]") {
  check({
      {"<a rel=nofollow href=1><a href=2 rel='UGC NoFollow'><a rel=nofollows href=3><a href=4>",
       "a=1 (nofollow) a=2 (nofollow) a=3 a=4"},
      {"<link rel=canonical href=1><link href=2 rel=next><link rel=stylesheet href=3>",
       "link=1 (page) link=2 (page) link=3"},
      {"<meta http-equiv=Refresh content='5; URL = \"/x\"'>", "meta=/x"},
      {"<meta content=\"0;url='/x' y\" http-equiv=refresh>", "meta=/x"},
      {"<META HTTP-EQUIV=refresh CONTENT='0,/x?a=1&amp;b=2'>", "meta=/x?a=1&b=2"},
      {"<meta http-equiv=refresh content=5><meta http-equiv=refresh content='url=/x'>", ""},
      {"<meta name=description content='0; url=/x'>", ""},
      {"<a href=1><meta name=robots content='noindex, NOFOLLOW'><a href=2>", "a=1 a=2 (nofollow)"},
      {"<meta name=robots content=noindex><a href=1>", "a=1"},
      {"<meta name=robots content=none><a href=1>", "a=1 (nofollow)"},
  });
}

TEST_CASE("the title", "[http][links]") {
  check({
      {"<title>\n A &amp; B\t</title>", " 'A & B'"},
      {"<title>one</title><svg><title>two</title>", " 'one'"},
      {"<title>unclosed <a href=1>", " 'unclosed href=1>'"},
      {"<title></title><title>late</title>", " 'late'"},
      {"<title>" + std::string(199, 'x') + "\xc3\xa9</title>", " '" + std::string(199, 'x') + "'"},
  });
}

TEST_CASE("what is no tag", "[http][links]") {
  check({
      {"1 < 2 <a href=x> <<a href=y>", "a=x a=y"},
      {"< a href=x><1 href=y><=a href=z>", ""},
      {"<!-- <a href=1> --><a href=2>", "a=2"},
      {"<!--><a href=1><!---><a href=2>", "a=1 a=2"},
      {"<!-- - -- --- <a href=1> ---><a href=2>", "a=2"},
      {"<!-- <a href=1> --!><a href=2>", "a=2"},
      {"<!-- --!- <a href=1> --><a href=2>", "a=2"},
      {"<!-- > <a href=1> -- > --><a href=2>", "a=2"},
      {"<!-- <a href=1>", ""},
      {"<!DOCTYPE html><a href=1>", "a=1"},
      {"<!- <a href=1><a href=2>", "a=2"},
      {"<![CDATA[<a href=1>]]><a href=2>", "a=2"},
      {"<?php <a href=1><a href=2>", "a=2"},
      {"</><a href=1></ <a href=2><a href=3>", "a=1 a=3"},
      {"<!><a href=1>", "a=1"},
  });
}

TEST_CASE("raw text has no tags", "[http][links]") {
  check({
      {"<script>\"<a href=1>\"</script><a href=2>", "a=2"},
      {"<SCRIPT>x</sCript ><a href=2>", "a=2"},
      {"<script></scriptx><a href=1></script/><a href=2>", "a=2"},
      {"<script><</script><a href=2>", "a=2"},
      {"<script></ script><a href=1></script><a href=2>", "a=2"},
      {"<script></<//script></script><a href=2>", "a=2"},
      {"<style><a href=1></script></style><a href=2>", "a=2"},
      {"<title><b></title><textarea><a href=2></textarea><a href=3>", "a=3 '>'"},
      {"<script><!-- </script><a href=2>", "a=2"},
      {"<script><a href=1>", ""},
      {"<script src=x><a href=1></script x=\"<a href=2>\"><a href=3>", "script=x a=3"},
      {"<iframe src=x><a href=1></iframe><a href=2>", "iframe=x a=2"},
      {"<noscript><a href=1></noscript>", "a=1"},
  });
}

TEST_CASE("hostile pages cost linear time and bounded memory", "[http][links]") {
  const auto timed = [](const std::string& html) {
    const std::clock_t start = std::clock();  // of the processor: the machine may be busy
    link_transcript(html);
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  };
  const std::string kUnits[] = {"<a ",      "<a href=",   "<a href='", "<!--",      "<!-- -",
                                "<script>", "</script ",  "<",         "&amp;",     "<a x=\"",
                                "<div>",    "<a href=x>", "<a b=c d",  "<![CDATA[", "-->"};
  for (const std::string& unit : kUnits) {
    INFO(unit);
    std::string html;
    while (html.size() < 2'000'000) html += unit;
    CHECK(timed(html) < 5.0);  // quadratic time would take minutes
  }
  const std::string longest(LinkScanner::kMaxValueBytes, 'x');
  CHECK(link_transcript("<a href=" + longest + ">") == "a=" + longest);
  CHECK(link_transcript("<a href=" + longest + "x><a href=2>") == "a=2");
  CHECK(link_transcript("<" + std::string(100000, 'a') + " href=1><a href=2>") == "a=2");
}

TEST_CASE("character references", "[http][entities]") {
  CHECK(decode_entities("a&amp;b&lt;&gt;&quot;&apos;") == "a&b<>\"'");
  CHECK(decode_entities("&#65;&#x42;&#X43;&#x2014;&#128512;") == "ABC\xe2\x80\x94\xf0\x9f\x98\x80");
  CHECK(decode_entities("&#65&#x42g") == "ABg");
  CHECK(decode_entities("?a=1&lt=2&amp=3&ampx&quot1") == "?a=1&lt=2&amp=3&ampx&quot1");
  CHECK(decode_entities("&amp&lt &apos") == "&< &apos");
  CHECK(decode_entities("&eacute;&;&#;&#x;&#xg;&") == "&eacute;&;&#;&#x;&#xg;&");
  CHECK(decode_entities("&#4294967361;&#x100000041;") == "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(decode_entities("&#0;&#xd800;&#x110000;&#99999999999999999999;") ==
        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(decode_entities("&amp;amp;") == "&amp;");  // once
}

RILL_PROPERTY("the cuts of a page do not matter") {
  static const std::vector<std::string> kPieces = {"<",
                                                   ">",
                                                   "/",
                                                   "a",
                                                   "A",
                                                   " href",
                                                   "=",
                                                   "\"",
                                                   "'",
                                                   "x",
                                                   " ",
                                                   "\n",
                                                   "<!--",
                                                   "-->",
                                                   "-",
                                                   "!",
                                                   "<a href=1>",
                                                   "<script",
                                                   "</script",
                                                   "<img src=\"",
                                                   "&amp;",
                                                   "&#",
                                                   "<base href='/b/'>"};
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kPieces));
  std::string html;
  for (const auto& piece : pieces) html += piece;
  const std::string whole = link_transcript(html);
  RC_ASSERT(link_transcript(html, every_byte(html)) == whole);
  const auto middle = *rc::gen::inRange<std::size_t>(0, html.size() + 1);
  RC_ASSERT(link_transcript(html, {middle}) == whole);
}

RILL_PROPERTY("a link that is written properly is found, whatever stands around it",
              const std::string& text) {
  std::string before = text;
  std::erase(before, '<');
  RC_ASSERT(link_transcript(before + "<p title='<a href=1>'><a href=\"/x?y=1&amp;z\">" + text)
                .starts_with("a=/x?y=1&z"));
}
