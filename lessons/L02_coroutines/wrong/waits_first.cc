// Wrong: it reads the count once at the beginning, and counts on from there.
#include "lessons/L02_coroutines/coroutines.h"

using namespace rill;

Task<> count(int& total, int rounds) {
  const int first = total;
  for (int i = 1; i <= rounds; ++i) {
    co_await null();
    total = first + i;
  }
}
