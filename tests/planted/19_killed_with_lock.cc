// Killed while it holds a lock: the lock is a flag, and nobody takes it back from the dead.
// People write it because the lock is released on every path that they can see in the function.
#include "tests/planted/planted.h"

namespace rill::planted {
namespace {

class FlagLock {
 public:
  Task<> lock() {
    while (is_locked_) {
      freed_.clear();
      co_await freed_.wait();
    }
    is_locked_ = true;
  }
  void unlock() {
    is_locked_ = false;
    freed_.set();
  }

 private:
  bool is_locked_ = false;
  Event freed_;
};

struct Unlock {
  FlagLock& lock;
  ~Unlock() { lock.unlock(); }
};

Task<> ask(FlagLock& lock, bool is_right) {
  Connection server = co_await connect("server", 7);
  co_await lock.lock();
  std::optional<Unlock> guard;
  if (is_right) guard.emplace(lock);
  co_await server.sendall("who?\n");
  co_await server.readline();
  if (!is_right) lock.unlock();  // wrong: not when the timeout ends this
}

Task<> client(Simulation& sim, Variant variant) {
  auto& lock = sim.make<FlagLock>();
  for (int i = 0; i < 3; ++i) {
    const Outcome outcome = co_await timeout(300_ms, ask(lock, variant.is_right));
    co_await edited(sim, variant);
    if (outcome == Outcome::timed_out) sim.note("no answer in time");
  }
  co_await lock.lock();
}

}  // namespace

Task<> killed_with_lock(Simulation& sim, Variant variant) {
  co_await serve(sim, sim.host("server"), 7, [](Connection from) -> Task<> {
    const std::string line = co_await from.readline();
    co_await from.sendall("me\n");
  });
  co_await join(spawn_on(sim.host("client"), client, std::ref(sim), variant));
}

}  // namespace rill::planted
