// A folder of its own for a test, which goes with it and all that is in it.
//
// A fixture that fills one derives from it. Throws std::runtime_error if there can be none.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace rill::testing {

struct ScratchFolder {
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "rill_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = name;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;  // what cannot be removed, the system's own clean-up does
    std::filesystem::remove_all(path, ignored);
  }

  std::filesystem::path path;
};

}  // namespace rill::testing
