// For a learner who is stuck, or wants to begin again: hint, solution, reset. See learner.h.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <system_error>

#include "lessons/rill/answer.h"
#include "lessons/rill/learner.h"
#include "lessons/rill/process.h"
#include "lessons/rill/stop.h"

namespace rill::command {
namespace {

using lesson::Tint;

constexpr int kHints = 3;

/// The text below "## N" of hints.md.
std::string hint_text(const LessonFolder& lesson, int number) {
  const std::string text = contents_of(lesson.file("hints.md"));
  const std::string heading = "## " + std::to_string(number) + "\n";
  const std::size_t begin = text.find(heading);
  if (begin == text.npos) return "";
  const std::size_t from = begin + heading.size();
  return text.substr(from, text.find("\n## ", from) - from);
}

void print_indented(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::printf(line.empty() ? "\n" : "    %s\n", line.c_str());
  }
}

bool says_yes(const std::string& question) {
  if (isatty(STDIN_FILENO) != 1) {
    throw Stop(question + " Not without a terminal to ask at; with --yes it is shown.",
               ExitCode::does_not_compile);
  }
  std::printf("  %s [y/N] ", question.c_str());
  std::fflush(stdout);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

std::size_t count_changed_lines(const std::string& patch) {
  std::istringstream lines(patch);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    const bool is_change = line.starts_with('+') || line.starts_with('-');
    if (is_change && !line.starts_with("+++") && !line.starts_with("---")) ++count;
  }
  return count;
}

/// .rill-backup/L08-N, N counting up.
std::filesystem::path backup(const Desk& desk, const LessonFolder& lesson, int number) {
  return desk.workspace.backups() / (lesson.id + "-" + std::to_string(number) + ".cc");
}

int last_backup(const Desk& desk, const LessonFolder& lesson) {
  int number = 0;
  while (std::filesystem::exists(backup(desk, lesson, number + 1))) ++number;
  return number;
}

void copy_over(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::create_directories(to.parent_path(), error);
  if (!error) {
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, error);
  }
  if (error) {
    throw Stop("could not write " + to.string() + ": " + error.message() + "; nothing was changed",
               ExitCode::our_fault);
  }
}

}  // namespace

int hint(Desk& desk, const std::string& word) {
  const LessonFolder& lesson = desk.lesson(word);
  Standing standing = desk.progress.of(lesson.id);
  const bool is_new = standing.hints < kHints;
  const int number = is_new ? standing.hints + 1 : kHints;
  for (int i = is_new ? number : 1; i <= number; ++i) {
    std::printf(
        "\n  %s\n",
        desk.style(Tint::strong, lesson.id + " hint " + std::to_string(i) + " of 3").c_str());
    print_indented(hint_text(lesson, i));
  }
  if (is_new) {
    standing.hints = number;
    if (standing.date.empty()) standing.date = today();
    desk.progress.set(lesson.id, standing);
  }
  std::printf("\n");
  const bool has_more = number < kHints;
  const std::string whole = "a whole answer: ./rill solution " + lesson.id;
  say_next(desk, "./rill check " + lesson.id,
           "      " + (has_more ? "another hint: ./rill hint " + lesson.id : whole),
           "edit and save; " + (has_more ? "h for another hint" : whole));
  return 0;
}

int solution(Desk& desk, const std::string& word, bool is_sure) {
  const LessonFolder& lesson = desk.lesson(word);
  Standing standing = desk.progress.of(lesson.id);
  const bool is_done = standing.state == Standing::State::done;
  if (!is_done && !is_sure &&
      !says_yes(lesson.id + " is not done. Show a solution anyway, and note that?")) {
    say_next(desk, "./rill hint " + lesson.id);
    return 0;
  }
  if (!is_done && standing.state != Standing::State::seen) {
    standing.state = Standing::State::seen;
    standing.date = today();
    desk.progress.set(lesson.id, standing);
  }
  std::printf("\n  %s\n\n%s", desk.style(Tint::strong, "a good answer to " + lesson.id).c_str(),
              contents_of(lesson.file("reference.cc")).c_str());
  if (is_done) {
    std::printf("\n  %s\n", desk.style(Tint::strong, "where yours differs").c_str());
    std::fflush(stdout);
    run_process({"diff", "-u", lesson.answer().string(), lesson.file("reference.cc").string()});
    for (int i = 1; i <= kHints; ++i) print_indented(hint_text(lesson, i));
  }
  std::printf("\n");
  say_next(desk, is_done ? "./rill next" : "./rill check " + lesson.id);
  return 0;
}

int reset(Desk& desk, const std::string& word, bool undo) {
  if (word.empty()) {
    throw Stop("which lesson? As in: ./rill reset L08", ExitCode::does_not_compile);
  }
  const LessonFolder& lesson = desk.lesson(word);
  const std::string file = lesson.answer().filename();
  const int number = last_backup(desk, lesson);
  if (undo) {
    if (number == 0) {
      throw Stop("nothing was saved for " + lesson.id + ", so there is nothing to undo",
                 ExitCode::does_not_compile);
    }
    copy_over(backup(desk, lesson, number), lesson.answer());
    std::filesystem::remove(backup(desk, lesson, number));
    std::printf("\n  %s is as it was before the reset\n", file.c_str());
    say_next(desk, "./rill check " + lesson.id);
    return 0;
  }
  const std::filesystem::path patch = desk.workspace.root() / ".rill" / "reset.diff";
  std::filesystem::create_directories(patch.parent_path());
  const int differs =
      run_process({"diff", "-u", lesson.file("starter.cc").string(), lesson.answer().string()},
                  {.output_file = patch});
  if (differs == 0) {
    std::printf("\n  %s is the starter already\n", file.c_str());
    say_next(desk, "./rill watch " + lesson.id);
    return 0;
  }
  copy_over(lesson.answer(), backup(desk, lesson, number + 1));
  copy_over(lesson.file("starter.cc"), lesson.answer());
  std::filesystem::remove(desk.workspace.last_check_path(lesson));
  std::printf(
      "\n  %s is the starter again; yours, %s different, is kept in %s\n", file.c_str(),
      lesson::counted(count_changed_lines(contents_of(patch)), "line").c_str(),
      std::filesystem::relative(backup(desk, lesson, number + 1), desk.workspace.root()).c_str());
  const std::string undo_command = "./rill reset --undo " + lesson.id;
  say_next(desk, "./rill watch " + lesson.id, "      take it back: " + undo_command,
           "edit and save (or take the reset back: " + undo_command + ")");
  return 0;
}

}  // namespace rill::command
