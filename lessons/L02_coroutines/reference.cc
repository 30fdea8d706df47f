// Lesson 2, a good answer: read and write between the same two awaits.
#include "lessons/L02_coroutines/coroutines.h"

using namespace rill;

Task<> count(int& total, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    ++total;
    co_await null();
  }
}
