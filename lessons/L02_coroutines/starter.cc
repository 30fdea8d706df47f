// Lesson 2, coroutines: a counter for many tasks, without any lock.
//
// This one counts well as long as it is alone.
#include "lessons/L02_coroutines/coroutines.h"

using namespace rill;

Task<> count(int& total, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    // TODO: between reading and writing, others may run. Where exactly?
    const int seen = total;
    co_await null();
    total = seen + 1;
  }
}
