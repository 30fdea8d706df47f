// The leak: what a distribution makes of an engine's bits is each standard library's own choice.
// The engine is not: mt19937 is the same everywhere (C++20, [rand.predef]). On one library every
// run is the same, so no comparison of runs finds this; the lint does, before it is compiled
// elsewhere.
#include <random>

#include "tests/determinism/leaks/leaks.h"

namespace rill::leaks {

Task<> distribution() {
  std::mt19937 engine(7);
  std::uniform_int_distribution<std::int64_t> jitter(0, 1'000'000);  // LEAKS
  co_await sleep(Duration(jitter(engine)));                          // SHOWS
}

}  // namespace rill::leaks
