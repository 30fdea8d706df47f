// Wrong: it collects results in the order in which the jobs end.
#include "lessons/L03_spawn_join/spawn_join.h"

using namespace rill;

Task<std::vector<int>> gather(std::vector<Job> jobs) {
  std::vector<int> results;
  Group tasks;
  for (const Job& job : jobs) {
    tasks.spawn([&results, &job]() -> Task<> {
      const int result = co_await job();
      results.push_back(result);
    });
  }
  co_await tasks.wait();
  co_return results;
}
