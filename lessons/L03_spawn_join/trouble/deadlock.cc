// Trouble: it waits for something that nobody will do.
#include "lessons/L03_spawn_join/spawn_join.h"

using namespace rill;

Task<std::vector<int>> gather(std::vector<Job> jobs) {
  static_cast<void>(jobs);
  Event all_done;
  co_await all_done.wait();
  co_return {};
}
