// Trouble: a loop that never waits.
#include "lessons/L02_coroutines/coroutines.h"

using namespace rill;

Task<> count(int& total, int rounds) {
  co_await null();
  volatile int more = rounds;
  while (more >= 0) total = total ^ 1;
}
