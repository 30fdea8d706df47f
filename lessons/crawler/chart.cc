// The chart of the four ways. See ways.h.
#include <algorithm>

#include "lessons/common/style.h"
#include "lessons/crawler/ways.h"

namespace rill::crawler {
namespace {

using lesson::at_least;

constexpr std::size_t kNameColumns = 13;
constexpr std::size_t kAtOnceColumns = 14;
constexpr std::size_t kTimeColumns = 11;

/// A bar of `eighths` eighths of a column.
std::string bar(std::int64_t eighths) {
  static constexpr const char* kPart[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  std::string text;
  for (; eighths >= 8; eighths -= 8) text += "█";
  return text + kPart[eighths];
}

/// One line; `processor` is no column when it is empty.
std::string row(const std::string& name, const std::string& at_once, const std::string& time,
                const std::string& processor, const std::string& bar) {
  std::string line = "  " + at_least(kNameColumns, name) + at_least(kAtOnceColumns, at_once) +
                     at_least(kTimeColumns, time, true);
  if (!processor.empty()) line += at_least(kTimeColumns + 2, processor, true);
  line += "  " + bar;
  return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

std::string time_of(Duration length) { return length.ns > 0 ? to_string(length) : "-"; }

std::string bar_of(const Way& way, Duration longest, std::size_t columns) {
  const auto eighths = static_cast<std::int64_t>(
      __int128{way.elapsed.ns} * static_cast<std::int64_t>(columns) * 8 / longest.ns);
  std::string text = bar(std::max<std::int64_t>(1, eighths));
  const std::int64_t tenths = longest.ns * 10 / std::max<std::int64_t>(way.elapsed.ns, 1);
  if (tenths <= 10) return text;
  return text + " " + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) +
         " times as fast";
}

}  // namespace

std::string chart(const std::vector<Way>& ways, std::size_t bar_columns) {
  Duration longest(1);
  bool has_processor = false;
  for (const Way& way : ways) {
    longest = std::max(longest, way.elapsed);
    has_processor = has_processor || way.processor.ns > 0;
  }
  std::string text = row("", "at once", "time", has_processor ? "processor" : "", "");
  std::string notes;
  for (const Way& way : ways) {
    const bool was_tried = way.note.empty();
    text += row(way.name, way.at_once, time_of(way.elapsed),
                has_processor ? time_of(way.processor) : "",
                was_tried ? bar_of(way, longest, bar_columns) : "");
    const std::string note = "  -: " + way.note + "\n";
    if (!was_tried && notes.find(note) == notes.npos) notes += note;
  }
  return text + (notes.empty() ? "" : "\n" + notes);
}

}  // namespace rill::crawler
