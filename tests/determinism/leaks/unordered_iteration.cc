// The leak: an iteration over a hashed container. Of pointers, since with strings for keys the
// order is the same for all runs of one standard library, and another one with the next.
#include <memory>
#include <unordered_set>
#include <vector>

#include "tests/determinism/leaks/leaks.h"

namespace rill::leaks {

Task<> unordered_iteration() {
  std::vector<std::unique_ptr<Visitor>> visitors;
  std::unordered_set<const Visitor*> waiting;  // LEAKS
  for (int i = 0; i < 50; ++i) {
    visitors.push_back(std::make_unique<Visitor>(100 + i));
    waiting.insert(visitors.back().get());
  }
  for (const Visitor* visitor : waiting) co_await sleep(visitor->stays);  // SHOWS
}

}  // namespace rill::leaks
