// The leak: a field on the heap that nobody sets.
#include <memory>

#include "tests/determinism/leaks/leaks.h"

namespace rill::leaks {
namespace {

struct Options {
  int retries;
  std::uint16_t patience_us;
};

}  // namespace

Task<> uninitialised_read() {
  const auto options = std::make_unique_for_overwrite<Options>();  // LEAKS
  show_to_others(options.get());
  options->retries = 3;
  for (int i = 0; i < options->retries; ++i) {
    co_await sleep(microseconds(options->patience_us));  // SHOWS
  }
}

}  // namespace rill::leaks
