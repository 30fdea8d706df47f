// Lesson 3, spawn and join: gather() does many jobs at a time.
//
// This one gives the right results. How long does it take?
#include "lessons/L03_spawn_join/spawn_join.h"

using namespace rill;

Task<std::vector<int>> gather(std::vector<Job> jobs) {
  std::vector<int> results;
  for (const Job& job : jobs) {
    // TODO: while this job sleeps, the others could do their work.
    const int result = co_await job();
    results.push_back(result);
  }
  co_return results;
}
