// The tree that the command works on: where it is, how something in it is built and run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lessons/rill/catalogue.h"
#include "lessons/rill/compile_errors.h"

namespace rill::command {

struct Built {
  bool is_good = false;
  CompileError error;  ///< if not
  std::filesystem::path log;
};

class Workspace {
 public:
  /// The tree at RILL_ROOT, which the launcher sets. Throws Stop if that is none.
  Workspace();

  const std::filesystem::path& root() const { return root_; }
  const Catalogue& catalogue() const { return catalogue_; }
  std::filesystem::path progress_path() const { return root_ / ".rill-state"; }
  /// What the last check of `lesson` has left: last_check.h.
  std::filesystem::path last_check_path(const LessonFolder& lesson) const {
    return root_ / ".rill" / (lesson.id + ".verdict");
  }
  std::filesystem::path backups() const { return root_ / ".rill-backup"; }

  /// Builds one of a lesson's targets, silently; on a terminal with a line that says so meanwhile.
  /// Throws Stop, with where the log is, if it is not the compiler who says no.
  Built build(const LessonFolder& lesson, const std::string& target) const;
  /// Runs a built target of the lesson on this terminal; its exit code, or 3 if it died.
  int run(const LessonFolder& lesson, const std::string& target,
          const std::vector<std::string>& arguments) const;
  /// The same, and returns what it printed instead.
  std::string output_of(const LessonFolder& lesson, const std::string& target,
                        const std::vector<std::string>& arguments, int& exit_code) const;

 private:
  std::filesystem::path root_;
  Catalogue catalogue_;
};

}  // namespace rill::command
