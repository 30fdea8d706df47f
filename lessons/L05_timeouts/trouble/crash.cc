// Trouble: it writes through a null pointer.
#include "lessons/L05_timeouts/timeouts.h"

using namespace rill;

Task<std::optional<int>> with_timeout(Duration limit, Task<int> work) {
  const int value = co_await std::move(work);
  std::int64_t* volatile nowhere = nullptr;
  *nowhere = limit.ns;
  co_return value;
}
