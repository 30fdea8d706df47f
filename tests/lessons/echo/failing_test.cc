// What a user sees of a program that fails: a sentence, an exit code, and in the simulation the
// story up to there.
#include "tests/lessons/common/child.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

struct Way {
  std::string name;
  int exit_code;
  std::string sentence;
};

const Way kWays[] = {
    {"failure", 1, "failing: 3 of 4 pages are missing\n"},
    {"mistake", 2, "failing: there is no folder 'nowhere'\n"},
    {"net", 1, "Connection refused\n"},
    {"number", 1, "failing: failed, and did not say why\n"},
    {"deadlock", 1, "waits for an event to be set\n"},
};

TEST_CASE("a failure is told on stderr, and the story and the fingerprint are there all the same") {
  for (const Way& way : kWays) {
    const Finished run = run_child({"tests/lessons/echo/failing", way.name});
    CAPTURE(way.name, run.out);
    CHECK(run.exit_code == way.exit_code);
    CHECK_THAT(run.err, contains(way.sentence));
    CHECK_THAT(run.out, contains("about to fail"));
    CHECK_THAT(run.out, contains("\nfingerprint: "));
  }
}

TEST_CASE("a failure is told in the same words on real sockets") {
  for (const Way& way : kWays) {
    const Finished run = run_child({"tests/lessons/echo/failing", way.name, "--real"});
    CAPTURE(way.name);
    CHECK(run.exit_code == way.exit_code);
    CHECK_THAT(run.err, contains(way.sentence));
    CHECK(run.out == "about to fail\n");
  }
}

TEST_CASE("a deadlock is reported with every task, its await chain and the lines") {
  const Finished run = run_child({"tests/lessons/echo/failing", "deadlock"});
  for (const char* part : {"deadlock: 2 tasks wait", "'failing' waits for an event to be set",
                           "in fail  ", "failing.cc:", "in alone  "}) {
    CHECK_THAT(run.err, contains(part));
  }
}

TEST_CASE("what a program checks beforehand stops it before anything runs") {
  const Finished run = run_child({"tests/lessons/echo/failing"});
  CHECK(run.exit_code == 2);
  CHECK(run.out.empty());
  CHECK(run.err == "failing: say how to fail\n");
}

TEST_CASE("output that cannot be written is a failure") {
  const Finished run = run_child({"/bin/sh", "-c", "lessons/echo/echo > /dev/full"});
  CHECK(run.exit_code == 1);
  CHECK(run.err == "echo: the output could not be written\n");
}

}  // namespace
}  // namespace rill::testing
