// Trouble: it writes through a null pointer.
#include "lessons/L02_coroutines/coroutines.h"

using namespace rill;

Task<> count(int& total, int rounds) {
  co_await null();
  int* volatile nowhere = nullptr;
  *nowhere = total + rounds;
}
