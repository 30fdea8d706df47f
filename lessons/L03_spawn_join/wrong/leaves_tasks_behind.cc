// Wrong: when one job fails or it is killed itself, the other tasks go on without it.
#include <memory>

#include "lessons/L03_spawn_join/spawn_join.h"

using namespace rill;

Task<std::vector<int>> gather(std::vector<Job> jobs) {
  const auto all = std::make_shared<std::vector<Job>>(std::move(jobs));
  const auto results = std::make_shared<std::vector<int>>(all->size());
  std::vector<TaskRef> tasks;
  for (std::size_t i = 0; i < all->size(); ++i) {
    tasks.push_back(spawn([all, results, i]() -> Task<> { (*results)[i] = co_await (*all)[i](); }));
  }
  for (const TaskRef& task : tasks) co_await join(task);
  co_return *results;
}
