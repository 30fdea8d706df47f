// Wrong: it does not wait at all, so the group's end kills the jobs.
#include "lessons/L03_spawn_join/spawn_join.h"

using namespace rill;

Task<std::vector<int>> gather(std::vector<Job> jobs) {
  std::vector<int> results(jobs.size());
  Group tasks;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    tasks.spawn([&results, &jobs, i]() -> Task<> { results[i] = co_await jobs[i](); });
  }
  co_return results;
}
