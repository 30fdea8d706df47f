// Wrong: it never gives way, so nobody else runs until it is done.
#include "lessons/L02_coroutines/coroutines.h"

using namespace rill;

Task<> count(int& total, int rounds) {
  for (int i = 0; i < rounds; ++i) ++total;
  co_return;
}
