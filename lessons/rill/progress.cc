// Where the learner is: list and next. See learner.h.
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <regex>

#include "lessons/rill/answer.h"
#include "lessons/rill/last_check.h"
#include "lessons/rill/learner.h"
#include "lessons/rill/process.h"
#include "lessons/rill/stop.h"

namespace rill::command {
namespace {

using lesson::Tint;

bool is_done(const Desk& desk, const LessonFolder& lesson) {
  return desk.progress.of(lesson.id).state == Standing::State::done;
}

/// Whether `word` is a part of `text`, however it is written.
bool has(std::string_view text, std::string_view word) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::ranges::search(text, word, {}, lower, lower).begin() != text.end() || word.empty();
}

std::string hints_of(const Standing& standing) {
  return standing.hints == 0 ? "" : ", hints " + std::to_string(standing.hints);
}

/// "  ✓ L07 short_writes     done 2026-01-05, hints 1"
std::string line_of(const Desk& desk, const LessonFolder& lesson, std::size_t width) {
  const Standing standing = desk.progress.of(lesson.id);
  const std::string name = lesson.id + " " + lesson::at_least(width, lesson.name) + "  ";
  if (standing.state == Standing::State::done) {
    return "    " + desk.style(Tint::good, "✓ ") + name +
           desk.style(Tint::faint, "done " + standing.date + hints_of(standing)) + "\n";
  }
  const bool is_next = &lesson == desk.next();
  std::string so_far;
  if (const auto last = read_last_check(desk.workspace.last_check_path(lesson))) {
    so_far = "  " + std::to_string(last->passed) + " of " + std::to_string(last->properties) +
             " properties held";
  }
  if (standing.state == Standing::State::seen) so_far += "  (solution seen)";
  return "    " + (is_next ? desk.style(Tint::strong, "▶ " + name) : "· " + name) + lesson.title +
         desk.style(Tint::faint, so_far) + "\n";
}

/// "Part A  one thread, many conversations      2/6"
std::string line_of_part(const Desk& desk, char part) {
  const auto& lessons = desk.workspace.catalogue().lessons();
  const auto is_in = [&](const LessonFolder& lesson) { return lesson.part() == part; };
  const auto all = std::ranges::count_if(lessons, is_in);
  const auto done = std::ranges::count_if(
      lessons, [&](const LessonFolder& lesson) { return is_in(lesson) && is_done(desk, lesson); });
  constexpr std::size_t kTitleColumns = 40;
  const std::string title =
      std::string("Part ") + part + "  " + std::string(part_title(part)) + "  ";
  return "  " + desk.style(Tint::strong, lesson::at_least(kTitleColumns, title)) +
         desk.style(Tint::faint, std::to_string(done) + "/" + std::to_string(all)) + "\n";
}

std::size_t count_todos(const LessonFolder& lesson) {
  const std::string text = contents_of(lesson.answer());
  std::size_t count = 0;
  for (std::size_t at = text.find("TODO"); at != text.npos; at = text.find("TODO", at + 1)) ++count;
  return count;
}

/// "1 TODO · about 20 minutes": how much there is to do.
std::string size_of(const LessonFolder& lesson) {
  const std::size_t todos = count_todos(lesson);
  const std::string text = contents_of(lesson.file("README.md"));
  static const std::regex kTime(R"(\nAbout (\d+ minutes))");
  std::smatch time;
  const bool has_time = std::regex_search(text, time, kTime);
  return (todos == 1 ? "1 TODO" : std::to_string(todos) + " TODOs") +
         (has_time ? " · about " + time[1].str() : "");
}

/// The first paragraph of the README below its title.
std::string purpose_of(const LessonFolder& lesson) {
  const std::string text = contents_of(lesson.file("README.md"));
  const std::size_t begin = text.find("\n\n");
  if (begin == text.npos) return "";
  std::string paragraph = text.substr(begin + 2, text.find("\n\n", begin + 2) - begin - 2);
  std::ranges::replace(paragraph, '\n', ' ');
  static const std::regex kLink(R"(\[([^\]]*)\]\([^)]*\))");
  return std::regex_replace(paragraph, kLink, "$1");
}

}  // namespace

const LessonFolder* Desk::next() const {
  const auto& lessons = workspace.catalogue().lessons();
  const auto found = std::ranges::find_if(
      lessons, [&](const LessonFolder& lesson) { return !is_done(*this, lesson); });
  return found != lessons.end() ? &*found : nullptr;
}

const LessonFolder& Desk::lesson(const std::string& word) const {
  if (word.empty()) {
    const LessonFolder* const first = next();
    return first != nullptr ? *first : workspace.catalogue().lessons().back();
  }
  const LessonFolder* const found = workspace.catalogue().find(word);
  if (found == nullptr) {
    throw Stop("there is no lesson '" + word + "'; see them all: ./rill list",
               ExitCode::does_not_compile);
  }
  return *found;
}

int list(Desk& desk, const std::string& word, bool pending_only) {
  const auto& lessons = desk.workspace.catalogue().lessons();
  std::size_t width = 0;
  std::size_t done = 0;
  for (const LessonFolder& lesson : lessons) {
    width = std::max(width, lesson.name.size());
    done += is_done(desk, lesson) ? 1 : 0;
  }
  char part = '\0';
  std::size_t shown = 0;
  std::printf("\n");
  for (const LessonFolder& lesson : lessons) {
    const bool matches = has(lesson.name, word) || has(lesson.title, word) || has(lesson.id, word);
    if (!matches || (pending_only && is_done(desk, lesson))) continue;
    ++shown;
    if (lesson.part() != part) {
      part = lesson.part();
      std::printf("%s", line_of_part(desk, part).c_str());
    }
    std::printf("%s", line_of(desk, lesson, width).c_str());
  }
  if (shown == 0) std::printf("  no lesson matches '%s'\n", word.c_str());
  std::printf(
      "\n  %zu of %zu done%s\n", done, lessons.size(),
      desk.style(Tint::faint, "      fewer: ./rill list --pending      find: ./rill list http")
          .c_str());
  say_next(desk, "./rill next");
  return 0;
}

int next(Desk& desk) {
  const LessonFolder* const lesson = desk.next();
  if (lesson == nullptr) {
    std::printf("\n  All lessons are done. Now write a program of your own: docs/simulator.md\n");
    say_next(desk, "./rill list");
    return 0;
  }
  introduce(desk, *lesson);
  const bool is_at_terminal = isatty(STDIN_FILENO) == 1;  // which watch wants
  say_next(desk, is_at_terminal ? "./rill watch" : "./rill check",
           is_at_terminal ? "      checks each time you save; once: ./rill check" : "");
  return 0;
}

void introduce(const Desk& desk, const LessonFolder& lesson) {
  const std::filesystem::path folder = std::filesystem::path("lessons") / lesson.folder.filename();
  std::printf("\n  %s  %s\n",
              desk.style(Tint::strong, lesson.id + " " + lesson.name + ": " + lesson.title).c_str(),
              desk.style(Tint::faint, size_of(lesson)).c_str());
  for (const std::string& line : lesson::wrapped("  " + purpose_of(lesson), 90)) {
    std::printf("  %s\n", line.c_str());
  }
  std::printf("\n  read   %s\n  edit   %s\n", (folder / "README.md").c_str(),
              (folder / (lesson.name + ".cc")).c_str());
}

}  // namespace rill::command
