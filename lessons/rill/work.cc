// Judging an answer, and looking at its runs: check, run, replay, visualise, diff. See learner.h.
#include <algorithm>
#include <cstdio>
#include <sstream>

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

void say_next(const Desk& desk, const std::string& command, const std::string& remark = "") {
  std::printf("  next: %s%s\n\n", desk.style(Tint::good, command).c_str(),
              desk.style(Tint::faint, remark).c_str());
}

int show_compile_error(const Desk& desk, const LessonFolder& lesson, const Built& built) {
  const CompileError& error = built.error;
  std::printf("\n  %s  %s does not compile\n      %s\n      %s\n",
              desk.style(Tint::bad, "✗").c_str(),
              desk.style(Tint::strong, lesson.id + " " + lesson.name).c_str(), error.place.c_str(),
              desk.style(Tint::strong, error.message).c_str());
  std::istringstream lines(error.source);
  for (std::string line; std::getline(lines, line);) std::printf("      %s\n", line.c_str());
  if (!error.explanation.empty()) {
    for (const std::string& line : lesson::wrapped(error.explanation, 86)) {
      std::printf("      %s\n", line.c_str());
    }
  }
  if (error.others > 0) {
    std::printf("      %s\n",
                desk.style(Tint::faint, "(and " + std::to_string(error.others) +
                                            " more behind it: " + built.log.string() + ")")
                    .c_str());
  }
  say_next(desk, "./rill check " + lesson.id, "      when that line is mended");
  return static_cast<int>(ExitCode::does_not_compile);
}

/// Builds the learner's answer, or shows why not: then the exit code is in `code`.
bool is_built(const Desk& desk, const LessonFolder& lesson, int& code) {
  const Built built = desk.workspace.build(lesson, "check");
  if (!built.is_good) code = show_compile_error(desk, lesson, built);
  return built.is_good;
}

const LessonFolder& lesson_of_token(const Desk& desk, const std::string& token) {
  const std::size_t colon = token.find(':');
  const LessonFolder* const lesson =
      colon == token.npos ? nullptr : desk.workspace.catalogue().find(token.substr(0, colon));
  if (lesson == nullptr) {
    throw Stop("a token looks like L08:P1000002evc..., not like '" + token + "'",
               ExitCode::does_not_compile);
  }
  return *lesson;
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

/// Events without their places in files: two answers stand on different lines.
std::vector<std::string> events_of(const std::string& story) {
  std::vector<std::string> events;
  std::istringstream lines(story);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t place = line.find(".cc:");
    if (place != line.npos) line.erase(line.find_last_of(' ', place));
    line.erase(line.find_last_not_of(' ') + 1);
    events.push_back(line);
  }
  return events;
}

std::string story_of(const Desk& desk, const LessonFolder& lesson, const std::string& target,
                     const std::string& token) {
  int code = 0;
  std::string story = desk.workspace.output_of(lesson, target, {"--story", token}, code);
  if (code != 0) throw Stop("that run could not be told:\n" + story, ExitCode::our_fault);
  return story;
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

int visualise(Desk& desk, const std::string& token) {
  const LessonFolder& lesson = lesson_of_token(desk, token);
  int code = 0;
  if (!is_built(desk, lesson, code)) return code;
  std::printf("\n  %s, every event (virtual time, in milliseconds; * out of the ordinary)\n%s",
              desk.style(Tint::strong, token).c_str(),
              story_of(desk, lesson, "check", token).c_str());
  say_next(desk, "./rill diff " + token, "      where a good answer does otherwise");
  return 0;
}

int diff(Desk& desk, const std::string& token, const std::string& other) {
  const LessonFolder& lesson = lesson_of_token(desk, token);
  int code = 0;
  if (!is_built(desk, lesson, code)) return code;
  const bool with_reference = other.empty();
  if (with_reference && !desk.workspace.build(lesson, "reference").is_good) {
    throw Stop("the good answer does not compile, which is our fault", ExitCode::our_fault);
  }
  const auto left = events_of(story_of(desk, lesson, "check", token));
  const auto right = events_of(with_reference ? story_of(desk, lesson, "reference", token)
                                              : story_of(desk, lesson, "check", other));
  const auto [a, b] = std::ranges::mismatch(left, right);
  const auto same = a - left.begin();
  if (a == left.end() && b == right.end()) {
    std::printf("\n  the same %zu events in both runs\n", left.size());
    say_next(desk, "./rill check " + lesson.id);
    return 0;
  }
  const auto shown = [](auto at, auto end) {
    return at != end ? *at : std::string("  (has ended)");
  };
  std::printf("\n  the same for %td event%s; then\n", same, same == 1 ? "" : "s");
  for (auto at = left.begin() + std::max<std::ptrdiff_t>(0, same - 3); at != a; ++at) {
    std::printf("    both          %s\n", at->c_str());
  }
  std::printf("    %s %s\n    %s %s\n", desk.style(Tint::strong, "your answer  ").c_str(),
              shown(a, left.end()).c_str(),
              desk.style(Tint::strong, with_reference ? "a good answer" : "the other    ").c_str(),
              shown(b, right.end()).c_str());
  say_next(desk, "./rill visualise " + token, "      every event of it");
  return 1;
}

}  // namespace rill::command
