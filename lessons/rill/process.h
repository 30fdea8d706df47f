// Other programs: started, waited for, their output kept or shown.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace rill::command {

struct ProcessOptions {
  std::filesystem::path folder = {};       ///< where it runs; empty: here
  std::filesystem::path output_file = {};  ///< where its output goes, errors too; empty: to ours
  std::function<void()> on_tick = {};  ///< called ten times a second while it runs; may be empty
};

/// Runs words[0], found by PATH. Its exit code; 128 + N if signal N ended it; 127 if it could not
/// be started.
int run_process(const std::vector<std::string>& words, const ProcessOptions& options = {});

/// All of a file; "" if there is none.
std::string contents_of(const std::filesystem::path& file);

}  // namespace rill::command
