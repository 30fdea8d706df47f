// Lesson 5, timeouts: with_timeout() gives up when it takes too long.
//
// This one looks at the clock when it is too late to do anything about it.
#include "lessons/L05_timeouts/timeouts.h"

using namespace rill;

Task<std::optional<int>> with_timeout(Duration limit, Task<int> work) {
  // TODO: two things happen, and the first one counts. What becomes of the other?
  const Instant deadline = now() + limit;
  const int value = co_await std::move(work);
  if (now() > deadline) co_return std::nullopt;
  co_return value;
}
