// The picture as text, and what of a page can be judged without a browser.
#include "scheduler/view/text.h"

#include <algorithm>
#include <fstream>

#include "scheduler/trace/reader.h"
#include "scheduler/view/html.h"
#include "tests/testing/testing.h"

namespace rill::view {
namespace {

/// Two tasks on two hosts; of two segments the first is lost, and sent again. Its first lines.
trace::Log loss(std::size_t lines = SIZE_MAX) {
  std::ifstream file("tests/view/testdata/loss.jsonl");
  std::string text;
  for (std::string line; lines > 0 && std::getline(file, line); --lines) text += line + "\n";
  return trace::read(text);
}
constexpr std::size_t kWithoutEnd = 14;

std::string line_with(const std::string& text, const std::string& part) {
  const std::size_t found = text.find(part);
  if (found == std::string::npos) return "no line has: " + part + "\nin\n" + text;
  const std::size_t begin = text.rfind('\n', found) + 1;
  return text.substr(begin, text.find('\n', found) - begin);
}

TEST_CASE("an arrow goes from the sender's lane to the receiver's, and says when it arrives") {
  const std::string text = to_text(loss());
  CHECK(line_with(text, "once more") ==
        R"(      10      201.000  ●──▶   home 3 B "ab\n" → away, once more, arrives 202.500)");
  CHECK(line_with(text, "receives") ==
        R"(      12      202.500  ┆  ●   right#2 receives 3 B "ab\n")");
}

TEST_CASE("what a token names says by what it is made again") {
  const auto again = [](const std::string& token) {
    const std::string header = R"({"rill_trace":1,"program":"x","world":"sim","clock":"virtual",)";
    return line_with(to_text(trace::read(header + R"("token":")" + token + "\",\"left_out\":0}\n")),
                     "again: ");
  };
  CHECK(again("L08:P12") == "again: ./rill run --replay L08:P12");
  CHECK(again("P12") == "again: --replay=P12");
  CHECK(to_text(loss()).find("again: ") == std::string::npos);
}

TEST_CASE("what a seed names says by what command it is made again, with its choices") {
  const auto text = [](const std::string& more) {
    const std::string header = R"({"rill_trace":1,"program":"x","world":"sim","clock":"virtual",)";
    return to_text(trace::read(header + R"("seed":7)" + more + ",\"left_out\":0}\n"));
  };
  const std::string command = R"(,"command":"./rill run x --pages 5")";
  const std::string plain = text(command);
  CHECK(line_with(plain, "again: ") == "again: ./rill run x --pages 5 --seed 7");
  CHECK(line_with(plain, "seed 7") == "x on a simulated network, seed 7");
  const std::string chosen = text(command + R"(,"chosen":["a@0:0:1","b@0:0:1"])");
  CHECK(line_with(chosen, "again: ") ==
        "again: ./rill run x --pages 5 --seed 7 --choose a@0:0:1 --choose b@0:0:1");
  CHECK(line_with(chosen, "x on") == "x on a simulated network, seed 7 but for 2 choices");
}

TEST_CASE("a choice that the command made has a row, and those of the seed have none") {
  const std::string key = "00000000000000ab";
  const auto text = [&key](const std::string& chosen) {
    std::string trace =
        R"({"rill_trace":1,"program":"x","world":"sim","clock":"virtual","seed":7,)" +
        ("\"chosen\":[\"" + chosen + "\"],\"left_out\":0}\n");
    for (int n = 1; n < 4; ++n) {
      trace += "{\"n\":" + std::to_string(n) +
               R"(,"t":0,"kind":"decide","site":"short read","key":")" + key +
               R"(","choice":1,"of":9,"count":)" + std::to_string(n) + "}\n";
    }
    return to_text(trace::read(trace));
  };
  CHECK_THAT(text("short-read@" + key + ":2:1"),
             testing::contains("1 row shown") && testing::contains("       2        0.000 "));
  CHECK_THAT(text("short-read@" + key + ":4:1"), testing::contains("0 rows shown"));
}

TEST_CASE("what is lost ends in a cross, and never arrives") {
  CHECK(line_with(to_text(loss()), "piece 1/2") ==
        R"(       7        1.000  ●╌╌✗   left#1 3 B "ab\n" → away, piece 1/2, never arrives)");
}

TEST_CASE("a wait that never ends has a row, one that ends has not") {
  const std::string text = to_text(loss());
  CHECK(text.find("waits: recv") == std::string::npos);
  const std::string stuck = to_text(loss(5));
  CHECK(line_with(stuck, "waits: recv").find("right#2 waits: recv from home") != std::string::npos);
}

TEST_CASE("steps and wakes appear at their level only") {
  const trace::Log log = loss();
  CHECK(to_text(log).find("wakes") == std::string::npos);
  const std::string waits = to_text(log, {.level = Level::waits});
  CHECK(waits.find("the network wakes right#2") != std::string::npos);
  CHECK(waits.find("left#1 runs") == std::string::npos);
  CHECK(to_text(log, {.level = Level::everything}).find("left#1 runs") != std::string::npos);
}

trace::Log meeting() { return trace::read_file("tests/view/testdata/meet.jsonl"); }

TEST_CASE(
    "what is done to a channel, a semaphore, an event is a sentence, with who goes on by it") {
  const std::string text = to_text(meeting(), {.level = Level::waits});
  for (const char* const sentence :
       {"main#1 sets event#1, and nobody waits  (meet.cc:12)",
        "main#1 puts a value into channel#1, 1 of 2 in it  (meet.cc:13)",
        "main#1 puts a value into channel#1, 0 of 2 in it, wakes reader#2  (meet.cc:14)",
        "worker#3 has a value for channel#1, which is full, 2 of 2 in it  (meet.cc:33)",
        "main#1 has a value for channel#3, which nobody takes yet  (meet.cc:17)",
        "reader#2 takes a value from channel#1, 0 of 2 in it  (meet.cc:21)",
        "reader#2 loses a value of channel#3 before its turn  (meet.cc:22)",
        "main#1 closes channel#1, 2 of 2 in it, wakes worker#3  (meet.cc:16)",
        "main#1 finds channel#1 closed, which refuses its value  (meet.cc:17)",
        "main#1 finds channel#2 closed and empty  (meet.cc:17)",
        "main#1 destroys channel#1 with 2 of 2 in it  (meet.cc:17)",
        "worker#3 acquires semaphore#1, 0 free  (meet.cc:30)",
        "worker#3 releases semaphore#1, 0 free, wakes main#1  (meet.cc:31)",
        "reader#2 loses a permit of semaphore#1 before its turn, 1 free  (meet.cc:22)",
        "reader#2 clears event#1  (meet.cc:20)", "main#1 finds event#2 set  (meet.cc:18)",
        "main#1 danced event#2  (meet.cc:18)"}) {
    INFO(text);
    CHECK_THAT(text, testing::contains(sentence));
  }
}

TEST_CASE("a wait says for how long and until when, and how a task ends says why") {
  const std::string text = to_text(meeting(), {.level = Level::waits});
  for (const char* const sentence :
       {"worker#3 sleeps 250.000 ms until 250.000 ms  (meet.cc:31)",
        "main#1 waits: a permit of a semaphore (semaphore#1), until 500.000 ms at most (timeout of "
        "500.000 ms at meet.cc:15)",
        "reader#2 waits: an event to be set (event#1)", "main#1 kills worker#3  (meet.cc:19)",
        "reader#2 is killed: the run ends", "main#1 returns",
        "main#1 runs into its timeout of 500.000 ms  (meet.cc:15)",
        "✗ always: all is taken: 3 are not, broken by worker#3 in #24"}) {
    INFO(text);
    CHECK_THAT(text, testing::contains(sentence));
  }
}

TEST_CASE(
    "an arrow goes from the lane of a put to that of the taker, and never says that it arrives") {
  const std::string text = to_text(meeting(), {.level = Level::waits});
  CHECK(line_with(text, "channel#1, 1 of 2 in it  (meet.cc:13)") ==
        "       7        0.000  ●──▶  ┆   main#1 puts a value into channel#1, 1 of 2 in it  "
        "(meet.cc:13)");
}

TEST_CASE(
    "among messages are the last deed before a wait that never ends, and what a channel loses") {
  std::string text = to_text(meeting());
  text = text.substr(text.find("       n"));  // the rows
  CHECK_THAT(text, testing::contains("clears event#1"));
  CHECK_THAT(text, testing::contains("destroys channel#1"));
  CHECK_THAT(text, !testing::contains("puts a value"));
  CHECK_THAT(text, !testing::contains("destroys channel#3"));  // only unwound
  CHECK_THAT(text, !testing::contains("destroys channel#2"));  // it was empty
}

TEST_CASE("an event that is set though nobody waits for it from then on is among messages") {
  const std::string header =
      R"({"rill_trace":1,"program":"x","world":"sim","clock":"virtual","left_out":0}
)";
  const std::string of_task =
      R"({"n":1,"t":0,"kind":"spawn","target":"main#1","target_host":"a"}
)";
  const auto did = [](int n, const std::string& object, const std::string& deed) {
    return R"({"n":)" + std::to_string(n) +
           R"(,"t":5,"kind":"sync","host":"a","task":"main#1","object":")" + object +
           R"(","did":")" + deed + "\",\"count\":1}\n";
  };
  const std::string text =
      to_text(trace::read(header + of_task + did(2, "event#1", "set") + did(3, "event#2", "set") +
                          did(4, "event#2", "pass")));
  CHECK_THAT(text, testing::contains("sets event#1, and nobody waits"));
  CHECK_THAT(text, !testing::contains("sets event#2"));  // it was passed later
}

TEST_CASE("what is not shown is said: folded events, rows beyond the bound, a missing end") {
  const std::string text = to_text(loss(kWithoutEnd), {.most_rows = 2});
  CHECK(text.find("... and 5 rows more\n") != std::string::npos);
  CHECK(text.find("Folded: 6 events of 13.\n") != std::string::npos);
  CHECK(text.find("The run was cut off: the trace has no end.\n") != std::string::npos);
  CHECK(to_text(loss()).find("cut off") == std::string::npos);
}

TEST_CASE("nothing in a trace can give a terminal orders") {
  trace::Log log = loss();
  log.header.program = "a\x1b[2J\nb";
  for (trace::Record& record : log.records) {
    if (record.kind == trace::Kind::spawn) record.target = record.host = "task\x1b]0;\x07";
    record.at = "x\xC2\x9B\u202e.cc:1";
    record.text = "\x1b[31mred";
  }
  const std::string text = to_text(log, {.level = Level::everything});
  const auto is_order = [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\n'; };
  CHECK(std::none_of(text.begin(), text.end(), is_order));
  CHECK(text.find("\xC2\x9B") == std::string::npos);
  CHECK(text.find("\u202e") == std::string::npos);
  CHECK(text.starts_with("a [2J b on a simulated network"));
}

TEST_CASE("a connection without a number is nobody's, and has rows all the same") {
  const trace::Log log =
      trace::read(R"({"rill_trace":1,"program":"x","world":"sim","clock":"virtual","left_out":0})"
                  "\n"
                  R"({"n":1,"t":0,"kind":"established","conn":0,"end":"b","from":"","to":""})"
                  "\n"
                  R"({"n":2,"t":0,"kind":"segment","conn":0,"end":"a","offset":0,"bytes":1})"
                  "\n");
  const std::string text = to_text(log, {.level = Level::everything});
  CHECK(text.find("is connected to ?\n") != std::string::npos);
  CHECK(text.find("1 B → ?\n") != std::string::npos);
}

TEST_CASE("a segment whose send was left out is no piece of the one before it") {
  const trace::Log log = trace::read(
      R"({"rill_trace":1,"program":"x","world":"sim","clock":"virtual","left_out":1})"
      "\n"
      R"({"n":1,"t":0,"kind":"send","task":"a#1","conn":1,"end":"a","offset":0,"bytes":2})"
      "\n"
      R"({"n":2,"t":1,"kind":"segment","task":"a#1","conn":1,"end":"a","offset":0,"bytes":2})"
      "\n"
      R"({"n":4,"t":2,"kind":"segment","task":"a#1","conn":1,"end":"a","offset":2,"bytes":5})"
      "\n");
  CHECK(to_text(log).find("piece") == std::string::npos);
}

TEST_CASE("a page holds its trace once, and no text of a trace can end the data") {
  trace::Log log = loss();
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
  const trace::Log log = loss();
  CHECK(to_html(log) == to_html(loss()));
}

TEST_CASE("a page asks nothing of the network") {
  const std::string page = to_html(loss());
  for (const char* const part : {"http://", "https://", "src=", "@import", "url("}) {
    INFO(part);
    CHECK(page.find(part) == std::string::npos);
  }
}

}  // namespace
}  // namespace rill::view
