// Wrong: it waits for each task right after it has spawned it, so they still go one by one.
#include "lessons/L03_spawn_join/spawn_join.h"

using namespace rill;

Task<std::vector<int>> gather(std::vector<Job> jobs) {
  std::vector<int> results(jobs.size());
  Group tasks;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    tasks.spawn([&results, &jobs, i]() -> Task<> { results[i] = co_await jobs[i](); });
    co_await tasks.wait();
  }
  co_return results;
}
