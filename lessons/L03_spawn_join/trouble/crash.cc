// Trouble: it writes through a null pointer.
#include "lessons/L03_spawn_join/spawn_join.h"

using namespace rill;

Task<std::vector<int>> gather(std::vector<Job> jobs) {
  co_await null();
  std::size_t* volatile nowhere = nullptr;
  *nowhere = jobs.size();
  co_return {};
}
