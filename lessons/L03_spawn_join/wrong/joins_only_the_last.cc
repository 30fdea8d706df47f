// Wrong: it joins the last task only, as if the others had to be done by then.
#include <memory>

#include "lessons/L03_spawn_join/spawn_join.h"

using namespace rill;

Task<std::vector<int>> gather(std::vector<Job> jobs) {
  // Shared, so that late tasks still have a place to write to.
  const auto all = std::make_shared<std::vector<Job>>(std::move(jobs));
  const auto results = std::make_shared<std::vector<int>>(all->size());
  TaskRef last;
  for (std::size_t i = 0; i < all->size(); ++i) {
    last = spawn([all, results, i]() -> Task<> { (*results)[i] = co_await (*all)[i](); });
  }
  co_await join(last);
  co_return *results;
}
