// The leak: objects are visited in the order of their addresses.
#include <memory>
#include <set>
#include <vector>

#include "tests/determinism/leaks/leaks.h"

namespace rill::leaks {

Task<> pointer_order() {
  std::vector<std::unique_ptr<Visitor>> visitors;
  std::set<const Visitor*> waiting;  // LEAKS
  for (int i = 0; i < 8; ++i) {
    visitors.push_back(std::make_unique<Visitor>(100 + i));
    waiting.insert(visitors.back().get());
  }
  for (const Visitor* visitor : waiting) co_await sleep(visitor->stays);  // SHOWS
}

}  // namespace rill::leaks
