// Wrong: it takes a flag for a lock, but tests it before an await and sets it after.
#include "lessons/L02_coroutines/coroutines.h"

using namespace rill;

Task<> count(int& total, int rounds) {
  static bool is_taken = false;
  for (int i = 0; i < rounds; ++i) {
    while (is_taken) co_await null();
    co_await null();
    is_taken = true;
    const int seen = total;
    co_await null();
    total = seen + 1;
    is_taken = false;
  }
}
