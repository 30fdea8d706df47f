// Wrong: it looks whether the count has changed, and awaits again before it writes.
#include "lessons/L02_coroutines/coroutines.h"

using namespace rill;

Task<> count(int& total, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    int seen = total;
    co_await null();
    if (total != seen) {
      seen = total;
      co_await null();  // and it may change again
    }
    total = seen + 1;
  }
}
