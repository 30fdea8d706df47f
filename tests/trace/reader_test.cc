// What a reader takes, what it refuses, and in which words.
#include "scheduler/trace/reader.h"

#include <fstream>
#include <sstream>

#include "tests/testing/testing.h"

namespace rill::trace {
namespace {

const std::string kHeader =
    R"({"rill_trace":1,"program":"x","world":"sim","clock":"virtual","left_out":0})"
    "\n";

TEST_CASE("a trace that was cut off anywhere is read up to there") {
  std::ostringstream file;
  file << std::ifstream("tests/trace/testdata/echo.jsonl").rdbuf();
  const std::string text = file.str();
  const Log whole = read(text);
  const std::size_t header_end = text.find('\n') + 1;
  for (std::size_t size = header_end; size < text.size(); ++size) {
    const Log log = read(std::string_view(text).substr(0, size));
    REQUIRE(log.records.size() <= whole.records.size());
    REQUIRE(std::equal(log.records.begin(), log.records.end(), whole.records.begin()));
    REQUIRE(log.is_torn == (text[size - 1] != '\n'));
    REQUIRE_FALSE(log.is_whole());
    REQUIRE_FALSE(what_is_missing(log).empty());
  }
}

TEST_CASE("unknown kinds and fields are skipped, and counted") {
  const Log log =
      read(kHeader + R"({"n":1,"t":0,"kind":"step","host":"h","task":"a#1","shoe_size":43})"
                     "\n"
                     R"({"n":2,"t":0,"kind":"quantum_leap","to":{"x":[1]}})"
                     "\n"
                     R"({"n":3,"t":5,"kind":"note","text":"hi"})"
                     "\n");
  REQUIRE(log.records.size() == 2);
  CHECK(log.records[0].task == "a#1");
  CHECK(log.records[1].n == 3);
  CHECK(log.unknown == 1);
  CHECK_THAT(what_is_missing(log), testing::contains("1 events are of kinds"));
  CHECK(log.find(3) == &log.records[1]);
  CHECK(log.find(2) == nullptr);
}

TEST_CASE("events are missing that somebody took away, and those that did not fit") {
  const std::string header =
      R"({"rill_trace":1,"program":"x","world":"sim","clock":"virtual","left_out":5})"
      "\n";
  CHECK_THAT(what_is_missing(read(header)), testing::contains("5 events were left out"));
  const Log log = read(header + R"({"n":9,"t":0,"kind":"end","events":0,"tasks":0,"left_out":3})"
                                "\n");
  CHECK(log.left_out() == 8);
  CHECK(what_is_missing(log) == "8 events were left out when it was written");
}

TEST_CASE("a file of more events than fit into memory is refused in a sentence") {
  const std::string path = "tests/trace/testdata/echo.jsonl";
  const std::size_t events = read_file(path).records.size();
  CHECK(read_file(path, events).records.size() == events);
  CHECK_THROWS_WITH(read_file(path, 50),
                    "'" + path +
                        "' has more than 50 events, and no more are read at once: read a part of "
                        "it, which `head -n 50` makes");
}

TEST_CASE("what is no trace is refused in a sentence that names the line") {
  const auto refused = [](const std::string& text, const std::string& sentence) {
    CHECK_THROWS_WITH(read(text, "'t'"), sentence);
  };
  refused("", "'t' is empty: it is no trace");
  refused("GET / HTTP/1.1\n", "'t', line 1: this is no JSON object");
  refused("{\"a\":1}\n",
          "'t', line 1: this is no trace of Rill: its first line does not say \"rill_trace\"");
  refused("{\"rill_trace\":2}\n",
          "'t', line 1: this is a trace of version 2, and this Rill reads version 1: read it with "
          "the Rill that wrote it");
  refused(kHeader + "{\"n\":1,\n", "'t', line 2: this is no JSON object");
  refused(kHeader + R"({"n":1,"t":0,"kind":"kill"})"
                    "\n",
          "'t', line 2: 'target' is missing in this kill");
  refused(kHeader + R"({"n":1,"t":0.5,"kind":"step"})"
                    "\n",
          "'t', line 2: 't' is no whole number");
  refused(kHeader + R"({"n":1,"t":-1,"kind":"step"})"
                    "\n",
          "'t', line 2: 't' is no whole number");
  refused(kHeader + R"({"n":1,"t":0,"kind":"note","text":7})"
                    "\n",
          "'t', line 2: 'text' is no text");
  refused(kHeader + R"({"n":1,"t":0,"kind":"shutdown","conn":1,"end":"c"})"
                    "\n",
          "'t', line 2: 'end' is neither \"a\" nor \"b\"");
  refused(kHeader +
              R"({"n":1,"t":0,"kind":"step"})"
              "\n" +
              R"({"n":1,"t":0,"kind":"step"})"
              "\n",
          "'t', line 3: n is 1, but before it came 1");
  refused(kHeader + R"({"n":1,"t":0,"kind":"wake","target":"a#1","why":"task","cause":1})"
                    "\n",
          "'t', line 2: its cause, 1, comes later");
  refused(kHeader +
              R"({"n":1,"t":0,"kind":"end","events":0,"tasks":0,"left_out":0})"
              "\n" +
              R"({"n":2,"t":0,"kind":"step"})"
              "\n",
          "'t', line 3: it comes behind the end of the run");
  refused(kHeader +
              R"({"n":1,"t":0,"kind":"recv","conn":1,"end":"a","offset":0,"bytes":1,"data":"ab"})"
              "\n",
          "'t', line 2: it has more data than bytes");
  refused(kHeader +
              R"({"n":1,"t":0,"kind":"recv","conn":1,"end":"a","offset":0,"bytes":9,"data":"ł"})"
              "\n",
          "'t', line 2: 'data' has a character above U+00FF, which is no byte");
  CHECK_THROWS_WITH(read_file("/nowhere"), "cannot read '/nowhere': No such file or directory");
  CHECK_THROWS_WITH(read_file("/"), "cannot read '/': Is a directory");
}

}  // namespace
}  // namespace rill::trace
