// Wrong: it counts one round too few.
#include "lessons/L02_coroutines/coroutines.h"

using namespace rill;

Task<> count(int& total, int rounds) {
  for (int i = 1; i < rounds; ++i) {
    ++total;
    co_await null();
  }
}
