// The leak: a local variable of a plain function that nobody sets, so that it has what earlier
// calls left on the stack.
#include <array>

#include "tests/determinism/leaks/leaks.h"

namespace rill::leaks {
namespace {

[[gnu::noinline]] std::int64_t patience_us() {
  std::array<std::uint16_t, 4000> table;  // LEAKS
  show_to_others(table.data());
  return table[100];  // far down: below what the frames above it had in use
}

}  // namespace

Task<> uninitialised_local() {
  co_await sleep(microseconds(patience_us()));  // SHOWS
}

}  // namespace rill::leaks
