// The guardian comes back whatever the guarded code does, and says what it did.
#include "lessons/school/guardian.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "scheduler/api.h"
#include "scheduler/run.h"
#include "simnet/network.h"
#include "tests/testing/testing.h"

namespace rill::school {
namespace {

using How = Ended::How;

/// `body` as the only task of a simulated run: what loops inside of a step is told with its table.
template <class Body>
Ended run_in_task(Body body) {
  return run_guarded([&](Progress&, std::string&) {
    simnet::Network network;
    run(body(), network);
    return 0;
  });
}

TEST_CASE("what comes back gives its text and its code", "[guardian]") {
  const Ended ended = run_guarded([](Progress& progress, std::string& output) {
    progress.property = 2;
    progress.runs = 17;
    output = std::string(300'000, 'x');  // more than a pipe holds
    return 4;
  });
  CHECK(ended.how == How::returned);
  CHECK(ended.code == 4);
  CHECK(ended.output == std::string(300'000, 'x'));
  CHECK(ended.property == 2);
  CHECK(ended.runs == 17);
}

TEST_CASE("an exception out of the check is our fault, not the learner's", "[guardian]") {
  const Ended ended = run_guarded(
      [](Progress&, std::string&) -> int { throw std::runtime_error("the harness broke"); });
  CHECK(ended.how == How::returned);
  CHECK(ended.code == 3);
  CHECK_THAT(ended.output, testing::contains("our fault, not yours: the harness broke"));
}

TEST_CASE("a process that is killed from outside is a crash", "[guardian]") {
  const Ended ended = run_guarded([](Progress&, std::string&) { return raise(SIGKILL); });
  CHECK(ended.how == How::crashed);
  CHECK(ended.code == SIGKILL);
}

TEST_CASE("a loop that never awaits is ended, with the task table", "[guardian]") {
  const Ended ended = run_in_task([]() -> Task<> {
    for (volatile int i = 0;; i = i + 1) {
    }
    co_return;
  });
  CHECK(ended.how == How::endless);
  CHECK_THAT(ended.table, testing::contains("1 task"));
}

TEST_CASE("a call that really blocks is ended, though it uses no processor", "[guardian]") {
  SECTION("a real sleep") {
    const Ended ended = run_guarded([](Progress&, std::string&) {
      ::sleep(3600);
      return 0;
    });
    CHECK(ended.how == How::blocked);
  }
  SECTION("a read from where nothing comes") {
    std::array<int, 2> ends;
    REQUIRE(pipe(ends.data()) == 0);
    const Ended ended = run_guarded([&](Progress&, std::string&) {
      char byte;
      return static_cast<int>(read(ends[0], &byte, 1));
    });
    close(ends[0]);
    close(ends[1]);
    CHECK(ended.how == How::blocked);
  }
}

// The sanitizer of a test keeps crashes to itself (tests/testing/main.cc) - there lesson_test looks
// at them - and its shadow memory is beyond any bound.
#if !defined(__has_feature) || !__has_feature(address_sanitizer)
TEST_CASE("a crash is told with its signal and its place", "[guardian]") {
  const Ended ended = run_guarded([](Progress& progress, std::string&) -> int {
    progress.property = 1;
    std::abort();
  });
  CHECK(ended.how == How::crashed);
  CHECK(ended.code == SIGABRT);
  CHECK(ended.property == 1);
  CHECK_FALSE(ended.places.empty());
}

TEST_CASE("memory is bounded: an endless push_back ends", "[guardian]") {
  const Ended ended = run_guarded([](Progress&, std::string& output) {
    try {
      std::vector<std::string> hoard;
      for (;;) hoard.emplace_back(1'000'000, 'x');
    } catch (const std::bad_alloc&) {
      output = "bad_alloc";
    }
    return 0;
  });
  CHECK(ended.how == How::returned);
  CHECK(ended.output == "bad_alloc");
}
#endif

TEST_CASE("stdout of the guarded code comes through, and only once", "[guardian]") {
  std::fputs("", stdout);
  const Ended ended = run_guarded([](Progress&, std::string& output) {
    output = "told";
    return 0;
  });
  CHECK(ended.output == "told");
}

}  // namespace
}  // namespace rill::school
