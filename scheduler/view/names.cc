// See names.h.
#include "scheduler/view/names.h"

namespace rill::view {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_of_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::string_view digits_of(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return text.substr(0, count);
}

/// How long the rest of a task's other name is, behind "#3": that of " 'client'", 0 of what may
/// follow the number alone, npos where this is no name.
std::size_t rest_of_name(std::string_view text) {
  if (text.starts_with(", which has ended")) return 0;
  if (!text.starts_with(" '")) return text.npos;
  const std::size_t end = text.find_first_of("'\n", 2);
  return end == text.npos || text[end] == '\n' ? text.npos : end + 1;
}

}  // namespace

void add_name(NamesByNumber& names, const std::string& task) {
  const std::size_t at = task.rfind('#');
  if (at == task.npos) return;
  const std::string_view number = std::string_view(task).substr(at + 1);
  if (!number.empty() && digits_of(number) == number) names.try_emplace(std::string(number), task);
}

std::string with_lane_names(const NamesByNumber& names, std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool may_begin = text[i] == '#' && (i == 0 || !is_of_word(text[i - 1]));
    const std::string_view number = may_begin ? digits_of(text.substr(i + 1)) : "";
    const std::string_view behind = text.substr(i + 1 + number.size());
    const std::size_t rest = number.empty() ? text.npos : rest_of_name(behind);
    if (rest == text.npos) {
      result += text[i];
      continue;
    }
    const auto name = names.find(number);
    const std::size_t size_bytes = 1 + number.size() + rest;
    result += name == names.end() ? text.substr(i, size_bytes) : std::string_view(name->second);
    i += size_bytes - 1;
  }
  return result;
}

std::string name_of_connection(std::uint64_t number) {
  return "connection " + std::to_string(number);
}

}  // namespace rill::view
