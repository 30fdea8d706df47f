// Judging an answer, and running it: check, run, play, replay. See learner.h.
#include <algorithm>
#include <cstdio>

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
  std::vector<std::string> words = {"--signatures", signatures_of(lesson)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  code = desk.workspace.run(lesson, "check", words);
  if (code != static_cast<int>(ExitCode::our_fault)) say_remarks(desk, lesson, code == 0);
  if (code == 0) {
    note_done(desk, lesson);
    const bool is_last = desk.next() == nullptr;
    say_next(desk, is_last ? "./rill list" : "./rill next",
             "      compare with other answers: ./rill solution " + lesson.id);
  } else if (code != static_cast<int>(ExitCode::our_fault)) {
    const int hints = desk.progress.of(lesson.id).hints;
    say_next(desk, "./rill hint " + lesson.id,
             "      (" + std::to_string(std::min(hints, kHints)) + " of 3 used)");
  }
  return code;
}

int run(Desk& desk, const std::string& word, const std::vector<std::string>& arguments) {
  const LessonFolder& lesson = desk.lesson(word);
  int code = 0;
  if (!is_built(desk, lesson, code)) return code;
  std::vector<std::string> words = {"run"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return desk.workspace.run(lesson, "check", words);
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

int replay(Desk& desk, const std::string& token) {
  const LessonFolder& lesson = lesson_of_token(desk, token);
  int code = 0;
  if (!is_built(desk, lesson, code)) return code;
  std::printf("\n");
  code = desk.workspace.run(lesson, "check", {"--replay", token});
  if (code == 0) {
    say_next(desk, "./rill check " + lesson.id);
  } else {
    say_next(desk, "./rill diff " + token, "      where a good answer does otherwise");
  }
  return code;
}

}  // namespace rill::command
