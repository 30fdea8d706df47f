// Wrong: the timer is started before the work, so a tie is a timeout.
#include "lessons/L05_timeouts/timeouts.h"

using namespace rill;

Task<std::optional<int>> with_timeout(Duration limit, Task<int> work) {
  std::optional<int> value;
  std::exception_ptr error;
  bool has_timed_out = false;
  Event is_over;
  Group racers;
  racers.spawn([&, limit]() -> Task<> {
    co_await sleep(limit);
    if (!value) has_timed_out = true;
    is_over.set();
  });
  racers.spawn([&, work = std::move(work)]() mutable -> Task<> {
    try {
      value = co_await std::move(work);
    } catch (const std::exception&) {
      error = std::current_exception();
    }
    is_over.set();
  });
  co_await is_over.wait();
  if (has_timed_out) co_return std::nullopt;
  if (error) std::rethrow_exception(error);
  co_return value;
}
