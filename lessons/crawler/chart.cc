// The table of the four ways. See ways.h.
#include <algorithm>
#include <cstdio>

#include "lessons/crawler/ways.h"

namespace rill::crawler {
namespace {

/// A bar of `eighths` eighths of a column.
std::string bar(std::int64_t eighths) {
  static constexpr const char* kPart[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  std::string text;
  for (; eighths >= 8; eighths -= 8) text += "█";
  return text + kPart[eighths];
}

}  // namespace

std::string chart(const std::vector<Way>& ways, std::size_t bar_columns) {
  Duration longest(1);
  for (const Way& way : ways) longest = std::max(longest, way.elapsed);
  std::string text;
  for (const Way& way : ways) {
    char line[64];
    if (!way.note.empty()) {
      std::snprintf(line, sizeof line, "  %-12s", way.name.c_str());
      text += line + way.note + "\n";
      continue;
    }
    std::snprintf(line, sizeof line, "  %-12s%11s  ", way.name.c_str(),
                  to_string(way.elapsed).c_str());
    const auto columns = static_cast<std::int64_t>(bar_columns);
    const std::int64_t eighths = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(__int128{way.elapsed.ns} * columns * 8 / longest.ns));
    text += line + bar(eighths);
    const std::int64_t tenths = longest.ns * 10 / std::max<std::int64_t>(way.elapsed.ns, 1);
    if (tenths > 10) {
      text +=
          "  " + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " times as fast";
    }
    text += "\n";
  }
  return text;
}

}  // namespace rill::crawler
