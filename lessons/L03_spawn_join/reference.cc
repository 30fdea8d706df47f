// Lesson 3, a good answer: a group of tasks, each with a place of its own for its result.
#include "lessons/L03_spawn_join/spawn_join.h"

using namespace rill;

namespace {

Task<> do_job(const Job& job, int& result) { result = co_await job(); }

}  // namespace

Task<std::vector<int>> gather(std::vector<Job> jobs) {
  std::vector<int> results(jobs.size());
  Group tasks;  // after what its tasks refer to, so that it goes first
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    tasks.spawn(do_job, std::cref(jobs[i]), std::ref(results[i]));
  }
  co_await tasks.wait();
  co_return results;
}
