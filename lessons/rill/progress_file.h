// How far a learner has come: .rill-state, one line for each lesson that was touched.
//
//   L08 done 2026-01-05 hints=1
//
// Sorted by lesson, so that two machines' files merge line by line, and it is safe to commit. Keyed
// by id, so it survives new names of lessons. What it does not know - from a newer Rill - it keeps.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace rill::command {

struct Standing {
  enum class State : std::uint8_t { open, seen, done };
  State state = State::open;  ///< seen: the solution was shown before the lesson was done
  std::string date;           ///< of the last change of state: "2026-01-05"
  int hints = 0;              ///< shown so far
  std::string rest;           ///< what a newer version wrote behind
};

class ProgressFile {
 public:
  /// Reads it; no file is no progress. A line that makes no sense is kept as it is. Where a merge
  /// has left two lines for one lesson, what was reached counts: the better state, the more hints.
  explicit ProgressFile(std::filesystem::path path);

  Standing of(const std::string& id) const;
  /// Changes one lesson's line and writes the file, by renaming a new one over it: nothing is lost
  /// when the disk is full. Throws Stop then.
  void set(const std::string& id, Standing standing);

 private:
  void write() const;

  std::filesystem::path path_;
  std::map<std::string, Standing> standings_;
  std::map<std::string, std::string> unknown_;  // lines by themselves
};

/// "2026-01-05", local time.
std::string today();

}  // namespace rill::command
