// Trouble: it waits for something that nobody will do.
#include "lessons/L05_timeouts/timeouts.h"

using namespace rill;

Task<std::optional<int>> with_timeout(Duration limit, Task<int> work) {
  static_cast<void>(limit);
  const int value = co_await std::move(work);
  Event is_over;
  co_await is_over.wait();
  co_return value;
}
