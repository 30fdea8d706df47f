// Wrong: it counts for itself and adds all at once, so nobody sees the count grow.
#include "lessons/L02_coroutines/coroutines.h"

using namespace rill;

Task<> count(int& total, int rounds) {
  int own = 0;
  for (int i = 0; i < rounds; ++i) {
    ++own;
    co_await null();
  }
  total += own;
}
