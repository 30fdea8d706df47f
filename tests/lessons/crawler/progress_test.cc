// The line that says how far a crawl is.
#include "lessons/crawler/progress.h"

#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using crawler::progress_line;

TEST_CASE("the line says how much, how fast, and what is wrong") {
  CHECK(progress_line(
            {.done = 1'237, .done_before = 1'200, .found = 5'000, .broken = 2, .under_way = 6},
            seconds(3), 80) == "  1,237 of 5,000 URLs   12.3 a second   2 broken   6 under way");
  CHECK(progress_line({}, {}, 80) == "  0 of 0 URLs   0.0 a second   0 broken   0 under way");
}

TEST_CASE("it is no wider than the terminal") {
  CHECK(progress_line({.done = 1, .found = 2}, seconds(1), 20) == "  1 of 2 URLs   1.0…");
}

}  // namespace
}  // namespace rill::testing
