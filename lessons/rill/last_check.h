// What the last check of a lesson has found: how far, and the token of a failure to look at.
//
// The check itself writes it (check --verdict FILE). Not progress: it is about a text that may have
// changed since, so it is kept in a folder that git ignores, and may be missing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace rill::command {

struct LastCheck {
  int passed = 0;
  int properties = 0;
  std::string token;  ///< of the first failure that has one; empty: there is none
};

/// Nothing if there is no such file, or if it makes no sense.
std::optional<LastCheck> read_last_check(const std::filesystem::path& file);

}  // namespace rill::command
