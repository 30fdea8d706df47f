// Trouble: a loop that never waits.
#include "lessons/L03_spawn_join/spawn_join.h"

using namespace rill;

Task<std::vector<int>> gather(std::vector<Job> jobs) {
  co_await null();
  volatile std::size_t done = 0;
  while (done <= jobs.size()) done = 0;
  co_return {};
}
