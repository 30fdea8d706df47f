// Looking at runs: visualise, diff. See learner.h.
//
// The answer's check repeats the run and writes its trace; all that is shown is a function of that
// trace, and is made here.
#include <algorithm>
#include <cstdio>
#include <optional>
#include <set>
#include <sstream>

#include "lessons/rill/answer.h"
#include "lessons/rill/learner.h"
#include "lessons/rill/stop.h"
#include "scheduler/export/export.h"
#include "scheduler/text_hash.h"
#include "scheduler/trace/reader.h"
#include "scheduler/view/html.h"
#include "scheduler/view/text.h"

namespace rill::command {
namespace {

using lesson::Tint;

/// A file's name may not be as long as a token can get.
constexpr std::size_t kMostNameBytes = 48;
constexpr std::string_view kPass = "pass";

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
  if (code == 0) return story;
  const auto why = static_cast<ExitCode>(code);
  if (why == ExitCode::does_not_compile) {
    throw Stop("'" + token + "' is no token of " + lesson.id + " (a part may be missing)", why);
  }
  throw Stop(
      "that run does not come back, so it cannot be told; where it was: ./rill run --replay " +
          token,
      why);
}

bool is_token(const std::string& word) { return word.find(':') != word.npos; }

/// Whether `other` names the good answer, "pass" or "L08:pass", and not a token.
bool is_good_answer(const std::string& other) {
  return other == kPass || (is_token(other) && other.substr(other.find(':') + 1) == kPass);
}

void build_reference(const Desk& desk, const LessonFolder& lesson) {
  if (desk.workspace.build(lesson, "reference").is_good) return;
  throw Stop("the good answer does not compile, which is our fault", ExitCode::our_fault);
}

/// Has a check of the lesson run again, with `words` saying which run, and its trace read.
trace::Log trace_of(const Desk& desk, const LessonFolder& lesson, const std::string& target,
                    std::vector<std::string> words) {
  const std::filesystem::path file = desk.workspace.root() / ".rill" / "visualise.jsonl";
  std::filesystem::create_directories(file.parent_path());
  std::filesystem::remove(file);
  words.insert(words.end(), {"--trace", file.string()});
  int code = 0;
  const std::string told = desk.workspace.output_of(lesson, target, words, code);
  // A run that fails is one to look at, and leaves one; this is another thing.
  if (!std::filesystem::exists(file)) {
    throw Stop("that run left no trace:\n" + told,
               code == 0 ? ExitCode::our_fault : static_cast<ExitCode>(code));
  }
  return trace::read_file(file.string());
}

/// "L08-P1000002q0x", "L08-seed-7": of what is looked at.
std::string stem_of(std::string name) {
  std::ranges::replace(name, ':', '-');
  if (name.size() <= kMostNameBytes) return name;
  char digits[9];  // long tokens may begin alike
  std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(hash_text(name) >> 32));
  return name.substr(0, kMostNameBytes - 9) + "-" + digits;
}

/// As the page counts: the line that ends a trace is no event.
std::string size_of(const trace::Log& log) {
  std::set<std::string> tasks;
  for (const trace::Record& record : log.records) {
    if (record.kind == trace::Kind::spawn) tasks.insert(record.target);
  }
  return "(" + lesson::counted(log.records.size() - (log.has_end() ? 1 : 0), "event") + ", " +
         lesson::counted(tasks.size(), "task") + ")";
}

/// Out of the tree's root, in a folder that git ignores.
std::filesystem::path file_in_out(const Desk& desk, const std::string& name) {
  const std::filesystem::path folder = desk.workspace.root() / "out";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw Stop("could not make " + folder.string() + ": " + error.message(), ExitCode::our_fault);
  return folder / name;
}

/// What is to be looked at: a run by its token, or a lesson's program with a seed.
struct Run {
  const LessonFolder& lesson;
  std::string name;                ///< "L08:P1000002q0x", "L08-seed-7"
  std::vector<std::string> words;  ///< that make a check run it
};

Run run_of(const Desk& desk, const Sight& sight) {
  if (is_token(sight.what)) {
    return {lesson_of_token(desk, sight.what), sight.what, {"--replay", sight.what}};
  }
  const LessonFolder& lesson = desk.lesson(sight.what);
  const std::string seed = std::to_string(sight.seed);
  return {lesson, lesson.id + "-seed-" + seed, {"run", "--quiet", "--seed", seed}};
}

/// The other run of --diff, if there is one.
std::optional<trace::Log> other_of(const Desk& desk, const Run& run, const std::string& other) {
  if (other.empty()) return std::nullopt;
  if (!is_good_answer(other)) return trace_of(desk, run.lesson, "check", {"--replay", other});
  build_reference(desk, run.lesson);
  return trace_of(desk, run.lesson, "reference", run.words);
}

void write_page(const Desk& desk, const Sight& sight, const Run& run, const trace::Log& log) {
  const std::optional<trace::Log> other = other_of(desk, run, sight.other);
  const std::string name = stem_of(run.name) + (other ? "-diff" : "") + ".html";
  view::HtmlOptions options;
  options.other = other ? &*other : nullptr;
  options.axis = sight.clock == "virtual" ? view::Axis::time : view::Axis::steps;
  options.sources = {desk.workspace.root()};
  exports::write_file(file_in_out(desk, name).string(), view::to_html(log, options));
  std::printf("  %s   %s   %s\n", desk.style(Tint::strong, "out/" + name).c_str(),
              "self-contained, opens offline", size_of(log).c_str());
}

void write_export(const Desk& desk, const std::string& format, const Run& run,
                  const trace::Log& log) {
  const std::string name = stem_of(run.name) + "." + format;
  const exports::ExportResult made =
      exports::write_export(*exports::export_kind(format), log, file_in_out(desk, name).string());
  std::printf("  %s   %s\n", desk.style(Tint::strong, "out/" + name).c_str(), size_of(log).c_str());
  for (const std::string& line : lesson::wrapped(made.left_out, 86)) {
    if (!line.empty()) std::printf("      %s\n", desk.style(Tint::faint, line).c_str());
  }
}

}  // namespace

int visualise(Desk& desk, const Sight& sight) {
  const bool makes_page = !sight.as_text && sight.exports.empty();
  if (!makes_page && !sight.other.empty()) {
    throw Stop("--diff puts two runs on one page: leave out --text and the files for other tools",
               ExitCode::does_not_compile);
  }
  if (!makes_page && !sight.clock.empty()) {
    throw Stop("--clock is about the page: leave out --text and the files for other tools",
               ExitCode::does_not_compile);
  }
  const Run run = run_of(desk, sight);
  int code = 0;
  if (!is_built(desk, run.lesson, code)) return code;
  std::printf("\n");
  const std::string next =
      is_token(sight.what) ? "./rill diff " + sight.what : "./rill check " + run.lesson.id;
  const std::string remark = is_token(sight.what) ? "      where a good answer does otherwise" : "";
  const bool tells_story = sight.as_text && is_token(sight.what);
  if (tells_story) {
    std::printf("  %s, every event (virtual time, in milliseconds; * out of the ordinary)\n%s",
                desk.style(Tint::strong, sight.what).c_str(),
                story_of(desk, run.lesson, "check", sight.what).c_str());
    if (sight.exports.empty()) {
      say_next(desk, next, remark);
      return 0;
    }
  }
  const trace::Log log = trace_of(desk, run.lesson, "check", run.words);
  if (sight.as_text && !tells_story) std::printf("%s", view::to_text(log).c_str());
  if (makes_page) {
    write_page(desk, sight, run, log);
    const std::string also =
        "also: --text --perfetto --pcapng --shiviz --mermaid --dot    --diff " + run.lesson.id +
        ":pass    --clock step|virtual";
    std::printf("  %s\n", desk.style(Tint::faint, also).c_str());
  }
  for (const std::string& format : sight.exports) write_export(desk, format, run, log);
  if (!log.has_end()) std::printf("  that run does not come back: this is how far it got\n");
  say_next(desk, next, remark);
  return 0;
}

int diff(Desk& desk, const std::string& token, const std::string& other) {
  const LessonFolder& lesson = lesson_of_token(desk, token);
  int code = 0;
  if (!is_built(desk, lesson, code)) return code;
  const bool with_reference = other.empty() || is_good_answer(other);
  if (with_reference) build_reference(desk, lesson);
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
  say_next(
      desk,
      "./rill visualise " + token + " --diff " + (with_reference ? lesson.id + ":pass" : other),
      "      both, side by side");
  return 1;
}

}  // namespace rill::command
