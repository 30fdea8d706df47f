// See answer.h.
#include "lessons/rill/answer.h"

#include <cstdio>
#include <sstream>

#include "lessons/rill/stop.h"

namespace rill::command {
namespace {

using lesson::Tint;

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
  say_next(desk, "./rill check " + lesson.id, "      when that line is mended",
           "mend that line, and save");
  return static_cast<int>(ExitCode::does_not_compile);
}

}  // namespace

void say_next(const Desk& desk, const std::string& command, const std::string& remark,
              const std::string& below_watch) {
  if (desk.has_keys) {
    if (!below_watch.empty()) std::printf("  next: %s\n", below_watch.c_str());
    return;
  }
  std::printf("  next: %s%s\n\n", desk.style(Tint::good, command).c_str(),
              desk.style(Tint::faint, remark).c_str());
}

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

}  // namespace rill::command
