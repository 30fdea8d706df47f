// The chart with which the crawler ends: who was how fast, at a glance.
#include <string>

#include "lessons/crawler/ways.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using crawler::chart;
using crawler::Way;

Way timed(const std::string& name, const std::string& at_once, Duration elapsed,
          Duration processor = {}) {
  return {.name = name, .at_once = at_once, .elapsed = elapsed, .processor = processor};
}

TEST_CASE("on real sockets the four ways stand below each other, the slowest bar the longest") {
  CHECK(chart({timed("sequential", "1 page", seconds(5), milliseconds(20)),
               timed("threads", "100 threads", milliseconds(62), milliseconds(25)),
               timed("processes", "100 processes", milliseconds(1250), milliseconds(80)),
               timed("coroutines", "100 tasks", milliseconds(57), milliseconds(9))},
              16) ==
        "               at once              time    processor\n"
        "  sequential   1 page            5.000 s    20.000 ms  ████████████████\n"
        "  threads      100 threads     62.000 ms    25.000 ms  ▏ 80.6 times as fast\n"
        "  processes    100 processes     1.250 s    80.000 ms  ████ 4.0 times as fast\n"
        "  coroutines   100 tasks       57.000 ms     9.000 ms  ▏ 87.7 times as fast\n");
}

TEST_CASE("what a simulation cannot have is a dash, and why is said once") {
  std::vector<Way> ways = crawler::ways_not_simulated(2);
  ways.insert(ways.begin(), timed("sequential", "1 page", milliseconds(300)));
  ways.push_back(timed("coroutines", "2 tasks", milliseconds(200)));
  CHECK(chart(ways, 4) ==
        "               at once              time\n"
        "  sequential   1 page         300.000 ms  ████\n"
        "  threads      2 threads               -\n"
        "  processes    2 processes             -\n"
        "  coroutines   2 tasks        200.000 ms  ██▋ 1.5 times as fast\n"
        "\n"
        "  -: the operating system's, and no part of a simulation: --real --demo times them\n");
}

TEST_CASE("a chart of nothing has no bars, and divides by nothing") {
  CHECK(chart({}, 10) == "               at once              time\n");
  CHECK(chart({timed("coroutines", "0 tasks", {})}, 10).find("▏") != std::string::npos);
}

}  // namespace
}  // namespace rill::testing
