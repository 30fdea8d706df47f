// docs/trace.md, the sample and what recorders write speak of the same events.
#include <fstream>
#include <set>
#include <sstream>

#include "scheduler/trace/reader.h"
#include "tests/testing/testing.h"
#include "tests/trace/consistency.h"

namespace rill::testing {
namespace {

constexpr const char* kSample = "tests/trace/testdata/echo.jsonl";

TEST_CASE("each example of docs/trace.md is a line of the sample, and every kind has one") {
  std::set<std::string> lines;
  std::ifstream sample(kSample);
  for (std::string line; std::getline(sample, line);) lines.insert(line);
  std::string found;
  std::ifstream docs("docs/trace.md");
  for (std::string line; std::getline(docs, line);) {
    if (!line.starts_with("{\"")) continue;
    INFO(line);
    CHECK(lines.contains(line));
    found += line;
  }
  for (std::size_t i = 0; i < trace::kKinds; ++i) {
    const std::string kind(to_string(static_cast<trace::Kind>(i)));
    INFO(kind);
    CHECK_THAT(found, contains("\"kind\":\"" + kind + "\""));
  }
}

TEST_CASE("the sample is as consistent as a recorded trace") {
  CHECK(what_is_inconsistent(trace::read_file(kSample)) == "");
}

}  // namespace
}  // namespace rill::testing
