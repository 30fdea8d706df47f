// See last_check.h. A line "4 5", for four of five; and the token, if there is one.
#include "lessons/rill/last_check.h"

#include <fstream>

namespace rill::command {

std::optional<LastCheck> read_last_check(const std::filesystem::path& file) {
  std::ifstream text(file);
  LastCheck check;
  if (!(text >> check.passed >> check.properties) || check.passed < 0 ||
      check.passed > check.properties) {
    return std::nullopt;
  }
  text >> check.token;
  return check;
}

}  // namespace rill::command
