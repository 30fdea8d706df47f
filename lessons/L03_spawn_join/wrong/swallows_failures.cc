// Wrong: it swallows what a job throws, and gives 0 as its result.
#include "lessons/L03_spawn_join/spawn_join.h"

using namespace rill;

Task<std::vector<int>> gather(std::vector<Job> jobs) {
  std::vector<int> results(jobs.size());
  Group tasks;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    tasks.spawn([&results, &jobs, i]() -> Task<> {
      try {
        results[i] = co_await jobs[i]();
      } catch (const std::exception&) {
      }
    });
  }
  co_await tasks.wait();
  co_return results;
}
