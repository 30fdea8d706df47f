// Trouble: a loop that never waits.
#include "lessons/L05_timeouts/timeouts.h"

using namespace rill;

Task<std::optional<int>> with_timeout(Duration limit, Task<int> work) {
  co_await null();
  const Instant deadline = now() + limit;
  while (now() <= deadline) {  // in the simulator no time passes inside a step
  }
  co_return co_await std::move(work);
}
