// The leak: jitter from the real clock, as in many a retry loop.
#include <chrono>

#include "tests/determinism/leaks/leaks.h"

namespace rill::leaks {

Task<> wall_clock() {
  const auto moment = std::chrono::system_clock::now();  // LEAKS
  const auto jitter = std::chrono::nanoseconds(moment.time_since_epoch()).count() % 1'000'000;
  co_await sleep(Duration(jitter));  // SHOWS
}

}  // namespace rill::leaks
