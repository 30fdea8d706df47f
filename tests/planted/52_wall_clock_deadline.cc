// A deadline on the wall clock: somebody sets the clock back, and two seconds take an hour.
// People write it because a deadline is a time, and times are what the wall clock shows.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

/// Looks for work until two seconds are over.
Task<> look_for_work(Simulation& sim, bool is_right) {
  const Instant started = now();
  const Instant end = started + 2_s;
  const WallTime end_on_the_wall = wall_clock() + 2_s;
  for (;;) {
    const bool is_over =
        is_right ? now() >= end : wall_clock() >= end_on_the_wall;  // wrong: it may be set
    if (is_over) co_return;
    co_await sleep(200_ms);
    sim.require(now() - started < 300_s, "two seconds are over after five minutes");
  }
}

Task<> work(Simulation& sim, Variant variant) {
  for (int i = 0; i < 10; ++i) {
    co_await look_for_work(sim, variant.is_right);
    co_await edited(sim, variant);
  }
}

}  // namespace

Task<> wall_clock_deadline(Simulation& sim, Variant variant) {
  co_await join(spawn_on(sim.host("worker"), work, std::ref(sim), variant));
}

}  // namespace rill::planted
