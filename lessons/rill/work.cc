// Judging an answer, and running it: check, run, play, replay. See learner.h.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <regex>
#include <sstream>

#include "lessons/rill/answer.h"
#include "lessons/rill/learner.h"
#include "lessons/rill/process.h"
#include "lessons/rill/remarks.h"
#include "lessons/rill/stop.h"

namespace rill::command {
namespace {

using lesson::Tint;

constexpr int kHints = 3;

std::string signatures_of(const LessonFolder& lesson) {
  return lesson.file("wrong/signatures.txt").string();
}

void say_remarks(const Desk& desk, const LessonFolder& lesson, bool has_passed) {
  for (const std::string& remark : remarks_on(contents_of(lesson.answer()), has_passed)) {
    for (const std::string& line : lesson::wrapped(remark, 86)) {
      std::printf("  %s\n", desk.style(Tint::faint, line).c_str());
    }
  }
}

/// The story of a run line by line: the next event when Enter is pressed, q for all that is left.
/// Without a terminal it is simply printed.
void step_through(const std::string& story) {
  static const std::regex kEvent(R"(^ +\d[\d,]*\.\d{3} .*)");
  bool waits = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
  std::istringstream lines(story);
  for (std::string line; std::getline(lines, line);) {
    const bool stops = waits && std::regex_match(line, kEvent);
    std::printf("%s%s", line.c_str(), stops ? " " : "\n");
    std::fflush(stdout);
    std::string answer;  // the Enter of it ends the line
    if (stops) waits = static_cast<bool>(std::getline(std::cin, answer)) && answer != "q";
  }
}

void note_done(Desk& desk, const LessonFolder& lesson) {
  Standing standing = desk.progress.of(lesson.id);
  if (standing.state == Standing::State::done) return;
  standing.state = Standing::State::done;
  standing.date = today();
  desk.progress.set(lesson.id, standing);
}

}  // namespace

int check(Desk& desk, const std::string& word, const std::vector<std::string>& arguments) {
  const LessonFolder& lesson = desk.lesson(word);
  int code = 0;
  if (!is_built(desk, lesson, code)) return code;
  std::printf("\n");
  const std::filesystem::path verdict = desk.workspace.last_check_path(lesson);
  std::filesystem::remove(verdict);  // a check that does not come back leaves none
  std::vector<std::string> words = {"--signatures", signatures_of(lesson), "--verdict",
                                    verdict.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  code = desk.workspace.run(lesson, "check", words);
  if (code != static_cast<int>(ExitCode::our_fault)) say_remarks(desk, lesson, code == 0);
  if (code == 0) {
    note_done(desk, lesson);
    const bool is_last = desk.next() == nullptr;
    say_next(desk, is_last ? "./rill list" : "./rill next",
             "      compare with a good answer: ./rill solution " + lesson.id,
             is_last ? "q: all lessons are done"
                     : "n for the next lesson (or: ./rill solution " + lesson.id + ")");
  } else if (code != static_cast<int>(ExitCode::our_fault)) {
    const int hints = std::min(desk.progress.of(lesson.id).hints, kHints);
    const std::string used = std::to_string(hints) + " of 3 used";
    say_next(desk, "./rill hint " + lesson.id, "      (" + used + ")",
             "edit and save; stuck: h for a hint (" + used + ")");
  }
  return code;
}

int run(Desk& desk, const std::string& word, const std::vector<std::string>& arguments) {
  const LessonFolder& lesson = desk.lesson(word);
  int code = 0;
  if (!is_built(desk, lesson, code)) return code;
  std::vector<std::string> words = {"run"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const auto step = std::ranges::find(words, "--step");
  if (step == words.end()) return desk.workspace.run(lesson, "check", words);
  if (std::ranges::find(words, "--real") != words.end()) {
    throw Stop("--step is for simulated runs: leave out --real", ExitCode::does_not_compile);
  }
  *step = "--full";
  step_through(desk.workspace.output_of(lesson, "check", words, code));
  return code;
}

int play(Desk& desk, const std::string& word, const std::vector<std::string>& arguments) {
  const LessonFolder& lesson = desk.lesson(word);
  int code = 0;
  if (!is_built(desk, lesson, code)) return code;
  std::printf("\n");
  std::vector<std::string> words = {"play"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  code = desk.workspace.run(lesson, "check", words);
  say_next(desk, "./rill check " + lesson.id);
  return code;
}

int replay(Desk& desk, const std::string& token, const std::vector<std::string>& looks) {
  const LessonFolder& lesson = lesson_of_token(desk, token);
  int code = 0;
  if (!is_built(desk, lesson, code)) return code;
  std::printf("\n");
  std::vector<std::string> words = {"--replay", token};
  words.insert(words.end(), looks.begin(), looks.end());
  code = desk.workspace.run(lesson, "check", words);
  if (code == static_cast<int>(ExitCode::failed)) {
    say_next(desk, "./rill diff " + token, "      where a good answer does otherwise");
  } else {
    say_next(desk, "./rill check " + lesson.id);
  }
  return code;
}

}  // namespace rill::command
