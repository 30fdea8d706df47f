// The leak: a setting from the environment.
#include <cstdlib>
#include <string>

#include "tests/determinism/leaks/leaks.h"

namespace rill::leaks {

Task<> environment() {
  const char* const user = std::getenv("USER");  // LEAKS
  const std::string name = user != nullptr ? user : "";
  for (const char c : name) co_await sleep(microseconds(c));  // SHOWS
}

}  // namespace rill::leaks
