// Wrong: it waits for both, so it takes as long as the slower one.
#include "lessons/L05_timeouts/timeouts.h"

using namespace rill;

Task<std::optional<int>> with_timeout(Duration limit, Task<int> work) {
  std::optional<int> value;
  const Instant deadline = now() + limit;
  Group racers;
  racers.spawn([&value, deadline, work = std::move(work)]() mutable -> Task<> {
    const int result = co_await std::move(work);
    if (now() <= deadline) value = result;
  });
  racers.spawn([limit]() -> Task<> { co_await sleep(limit); });
  co_await racers.wait();
  co_return value;
}
