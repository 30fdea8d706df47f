// The lessons that there are: found by their folders, so adding one means adding a folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rill::command {

struct LessonFolder {
  std::string id;     ///< "L08": what progress is kept under, so a lesson may get another name
  std::string name;   ///< "framing"
  std::string title;  ///< of its README: "bytes are not messages"
  std::filesystem::path folder;

  std::filesystem::path file(std::string_view leaf) const { return folder / leaf; }
  /// The file that the learner edits.
  std::filesystem::path answer() const { return folder / (name + ".cc"); }
  /// "//lessons/L08_framing:TARGET"
  std::string target(std::string_view target) const;
  /// 'A' to 'E'.
  char part() const;
};

/// "one thread, many conversations", ...
std::string_view part_title(char part);

class Catalogue {
 public:
  /// All lessons of the tree at `root`, in order. Throws Stop if there are none.
  explicit Catalogue(const std::filesystem::path& root);

  const std::vector<LessonFolder>& lessons() const { return lessons_; }
  /// By id, name, number or folder, without case: "L08", "framing", "8", "L08_framing". Null: none.
  const LessonFolder* find(std::string_view word) const;

 private:
  std::vector<LessonFolder> lessons_;
};

}  // namespace rill::command
