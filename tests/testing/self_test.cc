#include "tests/testing/testing.h"
TEST_CASE("one", "[a]") { CHECK(1 + 1 == 2); }
TEST_CASE("two", "[b]") { CHECK(1 + 1 == 2); }
RILL_PROPERTY("reversing twice changes nothing", const std::vector<int>& xs) {
  auto ys = xs;
  std::reverse(ys.begin(), ys.end());
  std::reverse(ys.begin(), ys.end());
  RC_ASSERT(xs == ys);
}
