// The leak: a seed from the operating system.
#include <random>

#include "tests/determinism/leaks/leaks.h"

namespace rill::leaks {

Task<> random_device() {
  std::random_device device;
  std::mt19937 engine(device());                                  // LEAKS
  co_await sleep(Duration(static_cast<std::int64_t>(engine())));  // SHOWS
}

}  // namespace rill::leaks
