// Lesson 5, a good answer: two tasks race; the group's end kills the one that is left.
#include <exception>

#include "lessons/L05_timeouts/timeouts.h"

using namespace rill;

namespace {

/// How the race went.
struct Race {
  std::optional<int> value;
  std::exception_ptr error;
  Event is_over;
};

Task<> do_work(Task<int> work, Race& race) {
  try {
    race.value = co_await std::move(work);
  } catch (...) {
    race.error = std::current_exception();
  }
  race.is_over.set();
}

Task<> run_out(Duration limit, Race& race) {
  co_await sleep(limit);
  race.is_over.set();
}

}  // namespace

Task<std::optional<int>> with_timeout(Duration limit, Task<int> work) {
  Race race;
  Group racers;
  racers.spawn(do_work(std::move(work), race));
  racers.spawn(run_out(limit, race));
  co_await race.is_over.wait();
  if (race.error) std::rethrow_exception(race.error);
  co_return race.value;
}
