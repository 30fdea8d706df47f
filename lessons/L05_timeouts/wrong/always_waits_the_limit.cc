// Wrong: it waits for the whole limit, also when the work is long done.
#include "lessons/L05_timeouts/timeouts.h"

using namespace rill;

Task<std::optional<int>> with_timeout(Duration limit, Task<int> work) {
  std::optional<int> value;
  Group working;
  working.spawn(
      [&value, work = std::move(work)]() mutable -> Task<> { value = co_await std::move(work); });
  co_await sleep(limit);
  co_return value;
}
