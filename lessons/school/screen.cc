// See screen.h.
#include "lessons/school/screen.h"

#include <algorithm>
#include <csignal>
#include <cstring>

#include "lessons/school/runs.h"

namespace rill::school {
namespace {

using lesson::Style;
using lesson::Tint;

constexpr std::string_view kDeep = "      ";

std::string indented(std::string_view text, std::string_view by = kDeep) {
  std::string result;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    result.append(line.empty() ? "" : by).append(line).append("\n");
  }
  return result;
}

std::string title(const Lesson& lesson, const Style& style) {
  return "  " + style(Tint::strong, lesson.id + " " + lesson.name);
}

std::size_t name_width(const Lesson& lesson) {
  std::size_t width = 0;
  for (const Property& property : lesson.properties) width = std::max(width, property.name.size());
  return width;
}

std::string mark(bool is_good, const Style& style) {
  return is_good ? style(Tint::good, "✓") : style(Tint::bad, "✗");
}

std::string how_found(const PropertyVerdict& verdict) {
  std::string text = "case " + std::to_string(verdict.cases);
  if (verdict.deviations_before > verdict.deviations) {
    text += ", shrunk " + std::to_string(verdict.deviations_before) + " → " +
            lesson::counted(verdict.deviations, "choice");
  }
  return text;
}

std::string what_of(const Ended& ended) {
  switch (ended.how) {
    case Ended::How::endless:
      return "a loop that never waits: one step took a second of the processor";
    case Ended::How::blocked:
      return "it waits for something real, such as a lock or a terminal: for seconds, no step "
             "ended";
    case Ended::How::crashed:
      return std::string("a crash: ") + strsignal(ended.code);
    case Ended::How::returned:
      break;
  }
  return "";
}

/// The first place in a lesson's own files, rather than in Rill's.
std::string place_of(const Ended& ended) {
  for (const std::string& place : ended.places) {
    if (place.starts_with("lessons/L")) return place;
  }
  return ended.places.empty() ? "" : ended.places.front();
}

}  // namespace

std::string told_failure(const Property& property, const PropertyVerdict& verdict,
                         const Style& style) {
  std::string text = indented(style(Tint::strong, property.sentence));
  if (verdict.details != property.sentence) text += indented(verdict.details);
  if (!verdict.takes.empty()) {
    text += std::string(kDeep) + style(Tint::faint, "what it takes") + "\n" +
            indented(verdict.takes, "        ");
  }
  if (!verdict.timeline.empty()) {
    text += std::string(kDeep) +
            style(Tint::faint, "what happened (virtual time, in milliseconds)") + "\n" +
            indented(verdict.timeline, "  ");
  }
  if (!verdict.token.empty()) {
    text += indented("again, anywhere: ./rill run --replay " + verdict.token + "\n" +
                     "see it:          ./rill visualise " + verdict.token);
  }
  return text;
}

std::string screen_of(const Lesson& lesson, const Verdict& verdict, const ScreenOptions& options,
                      const Signatures& known, const Style& style) {
  const std::size_t width = name_width(lesson);
  std::string text = title(lesson, style) + " · " + std::to_string(lesson.properties.size()) +
                     " properties × " + lesson::counted(options.cases, "case") + "\n";
  bool has_told = false;
  for (std::size_t i = 0; i < lesson.properties.size(); ++i) {
    const Property& property = lesson.properties[i];
    const PropertyVerdict& found = verdict.properties[i];
    text += "  " + mark(found.passed(), style) + " " + lesson::at_least(width, property.name) +
            "  " + (found.passed() ? lesson::with_commas(found.cases) : how_found(found)) + "\n";
    if (found.passed()) continue;
    text += has_told && !options.tells_all ? indented(property.sentence)
                                           : told_failure(property, found, style);
    has_told = true;
  }
  const std::string mistake = known.find(signature_of(lesson, verdict));
  if (!mistake.empty()) {
    text += "  looks like a known wrong answer: " + style(Tint::strong, mistake) + "\n";
  }
  return text + "  " + mark(verdict.all_passed(), style) + " " + lesson.id + " " +
         (verdict.all_passed() ? "done" : "not done") + " (" + std::to_string(verdict.passed()) +
         "/" + std::to_string(lesson.properties.size()) + ")\n";
}

std::string screen_of(const Lesson& lesson, const Ended& ended, const Style& style) {
  const Property& property = lesson.properties[ended.property];
  std::string text = title(lesson, style) + "\n  " + mark(false, style) + " " + property.name +
                     "  run " + std::to_string(ended.runs) + " did not come back\n";
  text += indented(style(Tint::strong, what_of(ended)));
  const std::string place = place_of(ended);
  if (!place.empty()) text += indented("at " + place);
  if (!ended.table.empty()) text += indented(without_school_frames(ended.table));
  if (ended.how == Ended::How::crashed && ended.table.empty()) {
    // Between two runs: what broke did so in one before, and no token says in which.
    text +=
        indented("none of your code ran at that moment: before, it has used memory that was gone");
  } else if (!ended.token.empty()) {
    text += indented("again, anywhere: ./rill run --replay " + ended.token);
  }
  return text + "  " + mark(false, style) + " " + lesson.id + " not done\n";
}

std::string screen_of(const Lesson& lesson, const Replayed& replayed, const Style& style) {
  const Property& property = *replayed.property;
  const PropertyVerdict& verdict = replayed.verdict;
  std::string text = title(lesson, style) + " · " + property.name + ", one run\n";
  if (!verdict.passed()) {
    return text + "  " + mark(false, style) + " " + property.name + "\n" +
           told_failure(property, verdict, style);
  }
  return text + "  " + mark(true, style) + " it does not fail (any more)\n" +
         indented(verdict.timeline, "  ");
}

}  // namespace rill::school
