// See phrases.h.
#include "scheduler/view/phrases.h"

#include <algorithm>

namespace rill::view {

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string counted(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string some_names(const std::vector<std::string>& names) {
  constexpr std::size_t kMostNames = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
    text += (i > 0 ? ", " : "") + names[i];
  }
  const std::size_t more = names.size() - std::min(names.size(), kMostNames);
  return more == 0 ? text : text + " and " + std::to_string(more) + " more";
}

std::string_view plain_name(std::string_view name) {
  std::size_t end = name.size();
  while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9') --end;
  return end < name.size() && end > 0 && name[end - 1] == '#' ? name.substr(0, end - 1) : name;
}

std::string one_line(const std::string& text) {
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n' && text[i] != '\r') {
      line += text[i];
      continue;
    }
    while (i + 1 < text.size() && (text[i + 1] == '\n' || text[i + 1] == '\r')) ++i;
    while (i + 1 < text.size() && text[i + 1] == ' ') ++i;
    line += ' ';
  }
  return line;
}

}  // namespace rill::view
