// What a learner can ask for: each function is one subcommand, prints one screen, and ends it with
// one command to try next. The exit code is theirs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lessons/common/style.h"
#include "lessons/rill/progress_file.h"
#include "lessons/rill/workspace.h"

namespace rill::command {

/// What every subcommand works with.
struct Desk {
  const Workspace& workspace;
  ProgressFile& progress;
  lesson::Style style;
  /// watch listens to keys: what to do next is one of them, and no command to type.
  bool has_keys = false;

  /// The lesson that `word` names or, if it is empty, the first that is not done. Throws Stop.
  const LessonFolder& lesson(const std::string& word) const;
  /// The first lesson that is not done; null when all are.
  const LessonFolder* next() const;
};

// progress.cc
int list(Desk& desk, const std::string& word, bool pending_only);
int next(Desk& desk);
/// What a lesson is about, what to read, what to edit; not a whole screen.
void introduce(const Desk& desk, const LessonFolder& lesson);

// work.cc
int check(Desk& desk, const std::string& word, const std::vector<std::string>& arguments);
int run(Desk& desk, const std::string& word, const std::vector<std::string>& arguments);
int play(Desk& desk, const std::string& word, const std::vector<std::string>& arguments);
/// `looks`: "--trace", "--view" and "--pcap", each followed by its file.
int replay(Desk& desk, const std::string& token, const std::vector<std::string>& looks);

// look.cc
/// What is to be looked at, and how.
struct Sight {
  std::string what;        ///< a token; or a lesson, or nothing: the answer as a program
  std::uint64_t seed = 1;  ///< of the program's run
  std::string other;       ///< a token to compare with, or "pass": a good answer in the same world
  std::string clock;       ///< down the page: "step" (as without) or "virtual"
  bool as_text = false;
  std::vector<std::string> exports = {};  ///< files for other tools ("pcapng", ...), and no page
};
int visualise(Desk& desk, const Sight& sight);
/// `other` as in Sight; nothing is "pass".
int diff(Desk& desk, const std::string& token, const std::string& other);

// help.cc
int hint(Desk& desk, const std::string& word);
int solution(Desk& desk, const std::string& word, bool is_sure);
int reset(Desk& desk, const std::string& word, bool undo);

// watch.cc
/// `polls_only`: without inotify, as where there is none.
int watch(Desk& desk, const std::string& word, bool polls_only);

// doctor.cc
int doctor(const Desk& desk);

}  // namespace rill::command
