// Trouble: it waits for something that nobody will do.
#include "lessons/L02_coroutines/coroutines.h"

using namespace rill;

Task<> count(int& total, int rounds) {
  total += rounds;
  Event my_turn;
  co_await my_turn.wait();
}
