// Two are active: the standby takes over when it has heard nothing for two seconds, and the one it
// takes over from is not dead; only the network was.
// People write it because silence has always been death in their tests. The right primary gives up
// by itself, and sooner, when nobody confirms that it was heard.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

constexpr Duration kTakesOver = seconds(2);
constexpr Duration kGivesUp = seconds(1);

struct Pair {
  Instant heard;      // by the standby
  Instant confirmed;  // when the newest heartbeat that was answered was sent
  bool has_taken_over = false;
};

Task<> hear(Connection primary, Pair& pair) {
  for (;;) {
    const std::string beat = co_await primary.readline();
    if (beat.empty()) co_return;
    if (pair.has_taken_over) continue;  // too late to be heard
    pair.heard = now();
    co_await primary.sendall(beat);
  }
}

Task<> beat(Pair& pair) {
  for (;;) {
    Connection standby = co_await connect("standby", 7);
    for (;;) {
      const Instant sent = now();
      co_await standby.sendall("alive\n");
      const std::string answer = co_await standby.readline();
      if (answer.empty()) break;
      pair.confirmed = sent;
      co_await sleep(200_ms);
    }
  }
}

Task<> be_primary(Simulation& sim, Pair& pair, Variant variant) {
  pair.confirmed = now();
  const TaskRef beating = spawn(beat, std::ref(pair));
  for (int i = 0; i < 300 && !pair.has_taken_over; ++i) {
    const bool is_active = !variant.is_right || now() < pair.confirmed + kGivesUp;
    sim.require(!is_active || !pair.has_taken_over, "one of two is active");  // wrong: both may be
    co_await edited(sim, variant);
    co_await sleep(100_ms);
  }
  const bool is_active = !variant.is_right || now() < pair.confirmed + kGivesUp;
  sim.require(!is_active || !pair.has_taken_over, "one of two is active");
  co_await kill(beating);
}

/// On the standby, by its clock.
Task<> watch(Pair& pair, bool& is_over) {
  pair.heard = now();
  while (!is_over && !pair.has_taken_over) {
    co_await sleep(100_ms);
    if (now() >= pair.heard + kTakesOver) pair.has_taken_over = true;
  }
}

}  // namespace

Task<> two_active(Simulation& sim, Variant variant) {
  auto& pair = sim.make<Pair>();
  const HostId standby = sim.host("standby");
  co_await serve(sim, standby, 7,
                 [&pair](Connection client) { return hear(std::move(client), pair); });
  const TaskRef primary =
      spawn_on(sim.host("primary"), be_primary, std::ref(sim), std::ref(pair), variant);
  auto& is_over = sim.make<bool>(false);
  spawn_on(standby, watch, std::ref(pair), std::ref(is_over));
  co_await join(primary);
  is_over = true;
}

}  // namespace rill::planted
