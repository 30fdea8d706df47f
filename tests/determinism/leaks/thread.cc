// The leak: how far another thread has come.
#include <atomic>
#include <thread>

#include "tests/determinism/leaks/leaks.h"

namespace rill::leaks {
namespace {

struct Metronome {
  std::atomic<std::uint64_t> beats = 0;
  void beat(const std::stop_token& stopping) {
    while (!stopping.stop_requested()) ++beats;
  }
};

}  // namespace

Task<> thread() {
  Metronome metronome;
  const std::jthread other([&](const std::stop_token& stopping) {  // LEAKS
    metronome.beat(stopping);
  });
  while (metronome.beats < 1000) std::this_thread::yield();
  for (int i = 0; i < 100; ++i) {
    co_await sleep(Duration(static_cast<std::int64_t>(metronome.beats)));  // SHOWS
  }
}

}  // namespace rill::leaks
