// Every planted leak (tests/determinism/leaks) is found, and the line named: where it shows, by
// comparing two runs; where it enters, by the guard. And each is found by its detector only: held
// still, it does not show.
#include <fstream>

#include "simnet/divergence.h"
#include "tests/determinism/surroundings.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

const std::string kFolder = "tests/determinism/leaks/";

/// "tests/determinism/leaks/NAME.cc:12", where the line has the comment `mark`.
std::string line_marked(const std::string& leak, const std::string& mark) {
  const std::string path = kFolder + leak + ".cc";
  std::ifstream file(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.ends_with("// " + mark)) return path + ":" + std::to_string(number);
  }
  return "no " + mark + " in " + path;
}

simnet::EventLog log_of(const Finished& run) {
  CHECK(run.err.empty());
  CHECK(run.exit_code == 0);
  return simnet::EventLog::from_text(run.out);
}

simnet::EventLog log_of(std::uint64_t salt, const std::string& leak) {
  return log_of(run_in_surroundings(salt, kFolder + "leaks", {leak}));
}

void check_that_it_shows(const std::string& leak) {
  const auto divergence = simnet::first_divergence(log_of(1, leak), log_of(2, leak));
  REQUIRE(divergence);
  INFO(divergence->explain());
  REQUIRE(divergence->one);
  REQUIRE(divergence->other);
  const std::string line = line_marked(leak, "SHOWS");
  CHECK(divergence->one->file + ":" + std::to_string(divergence->one->line) == line);
  CHECK(divergence->other->file + ":" + std::to_string(divergence->other->line) == line);
  CHECK_THAT(divergence->explain(), contains("#1 'main'  step  at " + line));
}

TEST_CASE("a leak of the wall clock shows", "[shows]") { check_that_it_shows("wall_clock"); }
TEST_CASE("a leak of pointer order shows", "[shows]") { check_that_it_shows("pointer_order"); }
TEST_CASE("a leak of unordered iteration shows", "[shows]") {
  check_that_it_shows("unordered_iteration");
}
TEST_CASE("a read of a field that nobody set shows", "[shows]") {
  check_that_it_shows("uninitialised_read");
}
TEST_CASE("a read of a local that nobody set shows", "[shows]") {
  check_that_it_shows("uninitialised_local");
}
TEST_CASE("a leak of random_device shows", "[shows]") { check_that_it_shows("random_device"); }
TEST_CASE("a leak of a thread's progress shows", "[shows]") { check_that_it_shows("thread"); }
TEST_CASE("a leak of the environment shows", "[shows]") { check_that_it_shows("environment"); }

/// What the guard says of it; without the guard the same program runs to its end.
void check_that_it_is_caught(const std::string& leak, const std::string& call) {
  const Finished run = run_in_surroundings(1, kFolder + "guarded", {leak});
  CHECK(run.exit_code == 1);
  CHECK_THAT(run.err, contains(call + " was called inside a simulated run, at " +
                               line_marked(leak, "LEAKS") + " by task #1 'main': "));
  CHECK(run.out.empty());
  CHECK(run_in_surroundings(1, kFolder + "leaks", {leak}).exit_code == 0);
}

TEST_CASE("the guard catches the leak of the wall clock", "[caught]") {
  check_that_it_is_caught("wall_clock", "std::chrono::system_clock::now()");
}
TEST_CASE("the guard catches random_device", "[caught]") {
  check_that_it_is_caught("random_device", "std::random_device");
}
TEST_CASE("the guard catches a thread", "[caught]") {
  check_that_it_is_caught("thread", "pthread_create() (std::thread)");
}
TEST_CASE("the guard catches the leak of the environment", "[caught]") {
  check_that_it_is_caught("environment", "getenv()");
}

TEST_CASE("what follows from addresses, memory or environment is silent while these are the same",
          "[still]") {
  for (const char* const leak : {"pointer_order", "unordered_iteration", "uninitialised_read",
                                 "uninitialised_local", "environment"}) {
    INFO(leak);
    const auto log = [&] { return log_of(run_held_still(1, kFolder + "leaks", {leak})); };
    CHECK_FALSE(simnet::first_divergence(log(), log()));
  }
}

TEST_CASE("a distribution of the standard library shows in no two runs: the lint finds it",
          "[still]") {
  CHECK_FALSE(simnet::first_divergence(log_of(1, "distribution"), log_of(2, "distribution")));
}

}  // namespace
}  // namespace rill::testing
