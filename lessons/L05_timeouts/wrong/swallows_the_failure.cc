// Wrong: a failure of the work looks like a timeout.
#include "lessons/L05_timeouts/timeouts.h"

using namespace rill;

Task<std::optional<int>> with_timeout(Duration limit, Task<int> work) {
  std::optional<int> value;
  Event is_over;
  Group racers;
  racers.spawn([&, work = std::move(work)]() mutable -> Task<> {
    try {
      value = co_await std::move(work);
    } catch (const std::exception&) {
    }
    is_over.set();
  });
  racers.spawn([&, limit]() -> Task<> {
    co_await sleep(limit);
    is_over.set();
  });
  co_await is_over.wait();
  co_return value;
}
