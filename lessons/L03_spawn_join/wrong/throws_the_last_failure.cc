// Wrong: it waits for all jobs, and throws what failed last.
#include "lessons/L03_spawn_join/spawn_join.h"

using namespace rill;

Task<std::vector<int>> gather(std::vector<Job> jobs) {
  std::vector<int> results(jobs.size());
  std::exception_ptr error;
  Group tasks;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    tasks.spawn([&, i]() -> Task<> {
      try {
        results[i] = co_await jobs[i]();
      } catch (...) {
        error = std::current_exception();
      }
    });
  }
  co_await tasks.wait();
  if (error) std::rethrow_exception(error);
  co_return results;
}
