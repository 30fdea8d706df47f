// Wrong: it looks every millisecond whether the work is done, so it is late by up to one.
#include "lessons/L05_timeouts/timeouts.h"

using namespace rill;

Task<std::optional<int>> with_timeout(Duration limit, Task<int> work) {
  std::optional<int> value;
  Group working;
  const Instant deadline = now() + limit;
  working.spawn(
      [&value, work = std::move(work)]() mutable -> Task<> { value = co_await std::move(work); });
  while (!value && now() < deadline) co_await sleep(milliseconds(1));
  co_return value;
}
