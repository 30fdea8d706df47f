// Wrong: it gives up waiting, but the work goes on behind its back.
#include <memory>

#include "lessons/L05_timeouts/timeouts.h"

using namespace rill;

namespace {

struct Race {
  std::optional<int> value;
  Event is_over;
};

}  // namespace

Task<std::optional<int>> with_timeout(Duration limit, Task<int> work) {
  const auto race = std::make_shared<Race>();
  spawn([race, work = std::move(work)]() mutable -> Task<> {
    try {
      race->value = co_await std::move(work);
    } catch (const std::exception&) {
    }
    race->is_over.set();
  });
  spawn([race, limit]() -> Task<> {
    co_await sleep(limit);
    race->is_over.set();
  });
  co_await race->is_over.wait();
  co_return race->value;
}
