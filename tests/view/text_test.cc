// The picture as text, and what of a page can be judged without a browser.
#include "scheduler/view/text.h"

#include "scheduler/trace/reader.h"
#include "scheduler/view/html.h"
#include "tests/testing/testing.h"

namespace rill::view {
namespace {

constexpr const char* kHeader =
    R"({"rill_trace":1,"program":"small","world":"sim","clock":"virtual","seed":3,"left_out":0})"
    "\n";

trace::Log log_of(const std::string& events) { return trace::read(kHeader + events); }

/// Two tasks on two hosts; of two segments the first is lost, and sent again.
const std::string kLoss =
    R"({"n":1,"t":0,"kind":"spawn","target":"left#1","target_host":"home"}
{"n":2,"t":0,"kind":"spawn","target":"right#2","target_host":"away"}
{"n":3,"t":0,"kind":"step","host":"away","task":"right#2"}
{"n":4,"t":0,"kind":"block","host":"away","task":"right#2","on":"recv","conn":1,"end":"b","text":"recv from home"}
{"n":5,"t":0,"kind":"step","host":"home","task":"left#1"}
{"n":6,"t":1000000,"kind":"send","host":"home","task":"left#1","conn":1,"end":"a","offset":0,"bytes":5,"data":"ab\u000acd"}
{"n":7,"t":1000000,"kind":"segment","host":"home","task":"left#1","conn":1,"end":"a","offset":0,"bytes":3}
{"n":8,"t":1000000,"kind":"segment","host":"home","task":"left#1","conn":1,"end":"a","offset":3,"bytes":2}
{"n":9,"t":1000000,"kind":"lost","host":"home","task":"left#1","conn":1,"end":"a","offset":0,"bytes":3,"cause":7,"text":"dropped"}
{"n":10,"t":201000000,"kind":"segment","host":"home","conn":1,"end":"a","offset":0,"bytes":3,"again":1,"cause":7}
{"n":11,"t":202500000,"kind":"deliver","host":"away","conn":1,"end":"b","offset":0,"bytes":3,"cause":10}
{"n":12,"t":202500000,"kind":"recv","host":"away","conn":1,"end":"b","offset":0,"bytes":3,"data":"ab\u000a"}
{"n":13,"t":202500000,"kind":"wake","target":"right#2","why":"network","cause":12}
)";
const std::string kEnd = R"({"n":14,"t":202500000,"kind":"end","events":13,"tasks":2,"left_out":0})"
                         "\n";

std::string line_with(const std::string& text, const std::string& part) {
  const std::size_t found = text.find(part);
  if (found == std::string::npos) return "no line has: " + part + "\nin\n" + text;
  const std::size_t begin = text.rfind('\n', found) + 1;
  return text.substr(begin, text.find('\n', found) - begin);
}

TEST_CASE("an arrow goes from the sender's lane to the receiver's, and says when it arrives") {
  const std::string text = to_text(log_of(kLoss + kEnd));
  CHECK(line_with(text, "once more") ==
        R"(      10      201.000  ●──▶   home 3 B "ab\n" → away, once more, arrives 202.500)");
  CHECK(line_with(text, "receives") ==
        R"(      12      202.500  ┆  ●   right#2 receives 3 B "ab\n")");
}

TEST_CASE("what is lost ends in a cross, and never arrives") {
  CHECK(line_with(to_text(log_of(kLoss + kEnd)), "3 B \"ab\\n\" → away, never") ==
        R"(       7        1.000  ●╌╌✗   left#1 3 B "ab\n" → away, never arrives)");
}

TEST_CASE("a wait that never ends has a row, one that ends has not") {
  const std::string text = to_text(log_of(kLoss + kEnd));
  CHECK(text.find("waits: recv") == std::string::npos);
  const std::string stuck = to_text(log_of(kLoss.substr(0, kLoss.find("{\"n\":5"))));
  CHECK(line_with(stuck, "waits: recv").find("right#2 waits: recv from home") != std::string::npos);
}

TEST_CASE("steps and wakes appear at their level only") {
  const trace::Log log = log_of(kLoss + kEnd);
  CHECK(to_text(log).find("wakes") == std::string::npos);
  const std::string waits = to_text(log, {.level = Level::waits});
  CHECK(waits.find("wakes by the network: right#2") != std::string::npos);
  CHECK(waits.find("left#1 runs") == std::string::npos);
  CHECK(to_text(log, {.level = Level::everything}).find("left#1 runs") != std::string::npos);
}

TEST_CASE("what is not shown is said: folded events, rows beyond the bound, a missing end") {
  const std::string text = to_text(log_of(kLoss), {.most_rows = 2});
  CHECK(text.find("... and 5 rows more\n") != std::string::npos);
  CHECK(text.find("Folded: 6 events of 13.\n") != std::string::npos);
  CHECK(text.find("The run was cut off: the trace has no end.\n") != std::string::npos);
  CHECK(to_text(log_of(kLoss + kEnd)).find("cut off") == std::string::npos);
}

TEST_CASE("a page holds its trace once, and no text of a trace can end the data") {
  trace::Log log = log_of(kLoss + kEnd);
  const std::string plain = to_html(log);
  log.records[5].text = "</script><script>alert(1)</script><!--\xE2\x80\xA8";
  log.header.program = "</title><img src=x>{{trace-b}}";
  HtmlOptions options;
  options.title = "<b>\"&";
  const std::string page = to_html(log, options);
  const auto count = [](const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
    return found;
  };
  CHECK(count(page, "<script") == count(plain, "<script"));
  CHECK(count(page, "</script") == count(plain, "</script"));
  CHECK(count(page, "<!--") == count(plain, "<!--"));
  CHECK(count(page, "<img") == 0);
  CHECK(count(page, "\xE2\x80\xA8") == 0);
  CHECK(count(page, "&lt;b>&quot;&amp;") == 1);
  CHECK(count(page, R"("kind":"lost")") == 1);
}

TEST_CASE("a page is the same, byte for byte, each time") {
  const trace::Log log = log_of(kLoss + kEnd);
  CHECK(to_html(log) == to_html(log_of(kLoss + kEnd)));
}

TEST_CASE("a page asks nothing of the network") {
  const std::string page = to_html(log_of(kLoss + kEnd));
  for (const char* const part : {"http://", "https://", "src=", "@import", "url("}) {
    INFO(part);
    CHECK(page.find(part) == std::string::npos);
  }
}

}  // namespace
}  // namespace rill::view
