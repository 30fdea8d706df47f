// What the text says first of a run that fails: where to look, who waits for whom, who came
// between.
#include <array>
#include <string>
#include <vector>

#include "scheduler/trace/reader.h"
#include "scheduler/view/text.h"
#include "tests/testing/testing.h"

namespace rill::view {
namespace {

/// A trace, event by event; each has its number and a time.
class Made {
 public:
  Made() {
    text_ = R"({"rill_trace":1,"program":"x","world":"sim","clock":"virtual","left_out":0})"
            "\n";
  }
  Made& add(const std::string& kind, const std::string& fields) {
    ++n_;
    text_ += R"({"n":)" + std::to_string(n_) + R"(,"t":)" + std::to_string(n_) +
             R"(000000,"kind":")" + kind + "\"" + (fields.empty() ? "" : "," + fields) + "}\n";
    return *this;
  }
  Made& spawn(const std::string& target, const std::string& by = "") {
    return add("spawn", (by.empty() ? "" : task(by) + ",") + R"("target":")" + target +
                            R"(","target_host":"h")");
  }
  Made& step(const std::string& by) { return add("step", task(by)); }
  Made& deed(const std::string& by, const std::string& object, const std::string& did,
             int count = 0, int line = 1) {
    return add("sync", task(by) + R"(,"object":")" + object + R"(","did":")" + did +
                           R"(","count":)" + std::to_string(count) + R"(,"at":"x.cc:)" +
                           std::to_string(line) + "\"");
  }
  Made& waits(const std::string& by, const std::string& on, const std::string& fields) {
    return add("block", task(by) + R"(,"on":")" + on + "\"," + fields);
  }
  Made& deadlock() { return add("run_fails", R"("text":"the run: deadlock: they wait")"); }
  Made& fails(const std::string& more = "") {
    return add("property", R"("name":"in the end: all is well","holds":0)" + more);
  }
  std::string text() const { return to_text(trace::read(text_)); }

 private:
  static std::string task(const std::string& name) {
    return R"("host":"h","task":")" + name + "\"";
  }
  int n_ = 0;
  std::string text_;
};

/// main#1 puts into these channels, one after the other.
std::string going_round(const std::vector<int>& channels) {
  Made made;
  made.spawn("main#1").step("main#1");
  for (const int channel : channels) {
    made.deed("main#1", "channel#" + std::to_string(channel), "put", 1, 9);
  }
  return made.fails().text();
}

TEST_CASE("a task that goes round and leaves one out is worth a look") {
  const std::string text = going_round({1, 2, 3, 1, 2, 3, 1, 3, 2});
  CHECK_THAT(text, testing::contains("#10 main#1 puts a value into channel#3, and leaves out "
                                     "channel#2, which came before it in 2 rounds  (x.cc:9)"));
  CHECK_THAT(text, testing::contains("The page opens at the first thing that is worth a look."));
}

TEST_CASE("who comes, who leaves for good, two in turn, and no order at all are nothing odd") {
  for (const auto& channels : std::vector<std::vector<int>>{{1, 2, 3, 1, 2, 3, 4, 1, 2, 3},
                                                            {1, 2, 3, 1, 2, 3, 1, 3, 1, 3},
                                                            {1, 2, 1, 2, 1, 1, 2},
                                                            {1, 2, 3, 1, 3, 2},
                                                            {1, 2, 3, 3, 1, 2, 1, 3, 2}}) {
    CHECK_THAT(going_round(channels), !testing::contains("leaves out"));
  }
}

TEST_CASE("a task that returns in its first step is worth a look, above all if another goes on") {
  Made made;
  made.spawn("worker#1").spawn("worker#2").spawn("helper#3");
  made.step("worker#1").deed("worker#1", "channel#1", "take");
  made.step("worker#2").add("finish", R"("host":"h","target":"worker#2")");
  made.step("helper#3").add("finish", R"("host":"h","target":"helper#3")");
  made.add("finish", R"("host":"h","target":"worker#1")").fails();
  const std::string text = made.text();
  CHECK_THAT(text, testing::contains("#7 worker#2 returns, in its first step; worker#1, of the "
                                     "same name, goes on for 3.000 ms"));
  CHECK_THAT(text, testing::contains("  #9 helper#3 returns, in its first step\n"));
  CHECK_THAT(text, testing::contains("\n\n#7 worker#2 returns\n"));  // where the page opens
}

TEST_CASE("of those that go on the first of all tasks is named, not one that has ended") {
  Made made;
  made.spawn("worker#1").spawn("worker#2").spawn("worker#3").spawn("worker#4");
  for (const char* const busy : {"worker#3", "worker#2", "worker#1"}) {
    made.step(busy).deed(busy, "channel#1", "take");
  }
  made.add("finish", R"("host":"h","target":"worker#1")");
  made.step("worker#4").add("finish", R"("host":"h","target":"worker#4")").fails();
  CHECK_THAT(made.text(), testing::contains("worker#4 returns, in its first step; worker#2, of the "
                                            "same name, goes on\n"));
}

TEST_CASE("what is only unwound, and tasks that did something, are nothing odd") {
  Made made;
  made.spawn("worker#1").spawn("worker#2").step("worker#1");
  made.deed("worker#1", "channel#1", "put", 1)
      .step("worker#2")
      .deed("worker#2", "event#1", "clear");
  made.add("finish", R"("host":"h","target":"worker#2")").fails();
  made.add("run_fails", R"("text":"the run: it is over")")
      .deed("worker#1", "channel#1", "destroy", 1);
  CHECK_THAT(made.text(), !testing::contains("Worth a look"));
}

TEST_CASE(
    "a wait that is cut short says what it was, also one that was woken and had no turn yet") {
  for (const bool is_woken : {false, true}) {
    Made made;
    made.spawn("main#1").spawn("a#2").step("a#2");
    made.waits("a#2", "sleep", R"("text":"sleep of 2.000 ms","at":"x.cc:8")");
    if (is_woken) made.add("wake", R"("target":"a#2","why":"timer")");
    made.add("kill", R"("host":"h","task":"main#1","target":"a#2","at":"x.cc:3")").fails();
    CHECK_THAT(made.text(), testing::contains("main#1 kills a#2; it waited since #4: sleep of "
                                              "2.000 ms  (x.cc:8)\n"));
  }
}

TEST_CASE("what is done again and again in one line is worth one look") {
  Made made;
  made.spawn("main#1").step("main#1");
  for (int k = 1; k <= 5; ++k) made.deed("main#1", "event#" + std::to_string(k), "set", 1);
  const std::string text = made.fails().text();
  CHECK_THAT(text, testing::contains("Worth a look:\n  #3 main#1 sets event#1, and nobody waits, "
                                     "and 4 more times in this line  (x.cc:1)\n\n"));
}

TEST_CASE("of two locks in two orders the ring is said, with who holds what") {
  Made made;
  made.spawn("main#1").spawn("a#2", "main#1").spawn("b#3", "main#1");
  made.deed("a#2", "semaphore#1", "acquire").deed("b#3", "semaphore#2", "acquire");
  made.waits("main#1", "join", R"("text":"join of #2 'a'","at":"x.cc:9")");
  made.waits("a#2", "semaphore", R"("object":"semaphore#2","at":"x.cc:5")");
  made.waits("b#3", "semaphore", R"("object":"semaphore#1","at":"x.cc:5")").deadlock();
  const std::string text = made.text();
  CHECK_THAT(text, testing::contains("\nA ring: a#2 → b#3 → a#2:\n"
                                     "  a#2 waits for a permit of semaphore#2, held by b#3 since "
                                     "#5  (#7, x.cc:5)\n"
                                     "  b#3 waits for a permit of semaphore#1, held by a#2 since "
                                     "#4  (#8, x.cc:5)\n"
                                     "\nThey wait for these:\n"
                                     "  main#1 waits for the end of a#2  (#6, x.cc:9)\n"));
}

TEST_CASE("a wait that nobody ends says what is missing") {
  const auto waiting = [](Made made, const std::string& on, const std::string& fields) {
    return made.waits("a#2", on, fields).deadlock().text();
  };
  Made made;
  made.spawn("main#1").spawn("a#2", "main#1").spawn("b#3", "main#1");
  made.deed("b#3", "semaphore#1", "acquire").deed("b#3", "event#1", "set", 1);
  made.deed("a#2", "event#1", "clear").deed("b#3", "channel#1", "put", 1);
  made.add("finish", R"("host":"h","target":"b#3")");
  for (const auto& [on, object, sentence] : std::vector<std::array<std::string, 3>>{
           {"semaphore", "semaphore#1",
            "a permit of semaphore#1, held by b#3, which has ended, since #4"},
           {"semaphore", "semaphore#2",
            "a permit of semaphore#2, to which nobody ever gave one back"},
           {"event", "event#1", "event#1, which b#3 set last in #5, before a#2 cleared it in #6"},
           {"event", "event#2", "event#2, which nobody ever set"},
           {"channel", "channel#1",
            "a value from channel#1, into which only b#3, which has ended, ever put one"},
           {"channel", "channel#2", "a value from channel#2, into which nobody ever put one"}}) {
    CHECK_THAT(waiting(made, on, R"("object":")" + object + "\""),
               testing::contains("\nNobody ends these waits:\n  a#2 waits for " + sentence));
  }
}

TEST_CASE("of a long ring the title has the beginning, and how many it is of") {
  Made made;
  const auto name = [](int k) { return "t#" + std::to_string(k); };
  for (int k = 1; k <= 12; ++k) made.spawn(name(k));
  for (int k = 1; k <= 12; ++k) {
    made.waits(name(k), "join", R"("text":"join of #)" + std::to_string(k % 12 + 1) + R"( 't'")");
  }
  CHECK_THAT(made.deadlock().text(),
             testing::contains("\nA ring: t#1 → t#2 → t#3 → t#4 → t#5 → t#6 → t#7 → t#8 → … → t#1 "
                               "(12 tasks):\n"));
}

TEST_CASE("of many rings the first have a title each, and the others one") {
  Made made;
  const auto name = [](int k) { return "t#" + std::to_string(k); };
  for (int k = 1; k <= 24; ++k) made.spawn(name(k));
  for (int k = 1; k <= 24; ++k) {
    made.waits(name(k), "join",
               R"("text":"join of #)" + std::to_string(k % 2 == 1 ? k + 1 : k - 1) + R"( 't'")");
  }
  const std::string text = made.deadlock().text();
  CHECK_THAT(text, testing::contains("\nA ring: t#19 → t#20 → t#19:\n"));
  CHECK_THAT(text, !testing::contains("A ring: t#21"));
  CHECK_THAT(text, testing::contains("\nMore rings:\n  t#21 waits for the end of t#22"));
}

TEST_CASE(
    "who could end its own wait, or others could, is told apart from who waits for itself alone") {
  const auto text = [](bool is_alone) {
    Made made;
    made.spawn("a#1").spawn("b#2").deed("a#1", "channel#1", "put", 1);
    if (!is_alone) made.deed("b#2", "channel#1", "put", 1);
    made.waits("a#1", "channel", R"("object":"channel#1")");
    return made.waits("b#2", "event", R"("object":"event#1")").deadlock().text();
  };
  CHECK_THAT(text(true), testing::contains("\nIt waits for itself:\n  a#1 waits for"));
  CHECK_THAT(text(false), testing::contains("\nEach could end its own wait, or another's:\n  a#1"));
}

TEST_CASE("a task that is waited for is known by all of its name, which may have a number in it") {
  Made made;
  made.spawn("main#1").spawn("conn#1#2");
  made.waits("main#1", "join", R"("text":"join of #2 'conn#1'")");
  made.waits("conn#1#2", "event", R"("object":"event#1")").deadlock();
  CHECK_THAT(made.text(), testing::contains("main#1 waits for the end of conn#1#2"));
}

TEST_CASE(
    "two that wait for bytes of each other are a ring, and one whose peer has ended is alone") {
  const auto talk = [](bool has_ended) {
    Made made;
    made.spawn("a#1").spawn("b#2");
    made.add("send", R"("host":"h","task":"a#1","conn":1,"end":"a","offset":0,"bytes":1)");
    made.add("recv", R"("host":"h","task":"b#2","conn":1,"end":"b","offset":0,"bytes":1)");
    made.waits("a#1", "recv", R"("conn":1,"end":"a")");
    if (has_ended) {
      made.add("finish", R"("host":"h","target":"b#2")");
    } else {
      made.waits("b#2", "recv", R"("conn":1,"end":"b")");
    }
    return made.deadlock().text();
  };
  CHECK_THAT(talk(false), testing::contains("Each waits for the other to send: a#1 → b#2 → a#1:\n"
                                            "  a#1 waits for bytes from b#2"));
  CHECK_THAT(
      talk(true),
      testing::contains(
          "Nobody ends these waits:\n  a#1 waits for bytes from b#2, which has ended  (#5)"));
}

TEST_CASE("a ring of those who wait for bytes comes last: mostly something else has stopped both") {
  Made made;
  made.spawn("a#1").spawn("b#2").spawn("c#3").spawn("d#4");
  made.add("send", R"("host":"h","task":"a#1","conn":1,"end":"a","offset":0,"bytes":1)");
  made.add("recv", R"("host":"h","task":"b#2","conn":1,"end":"b","offset":0,"bytes":1)");
  made.waits("a#1", "recv", R"("conn":1,"end":"a")").waits("b#2", "recv", R"("conn":1,"end":"b")");
  made.waits("c#3", "join", R"("text":"join of #1 'a'")");
  made.waits("d#4", "event", R"("object":"event#1")").deadlock();
  const std::string text = made.text();
  const std::size_t silent = text.find("Each waits for the other to send");
  REQUIRE(silent != std::string::npos);
  CHECK(text.find("Nobody ends these waits") < silent);
}

TEST_CASE("who gave way is told what came before it went on") {
  Made made;
  made.spawn("a#1").spawn("b#2").step("a#1").add("note",
                                                 R"("host":"h","task":"a#1","text":"looks")");
  made.step("b#2").deed("b#2", "event#1", "set", 1).step("a#1").deed("a#1", "event#1", "clear");
  made.add("property", R"("host":"h","task":"a#1","name":"it is set","holds":0)");
  CHECK_THAT(made.text(),
             testing::contains("  a#1 gave way after #4, and runs again since #7.\n"
                               "  Meanwhile: #6 b#2 sets event#1, and nobody waits\n"));
}

}  // namespace
}  // namespace rill::view
