// Colours, widths, numbers. See style.h.
#include "lessons/common/style.h"

#include <unistd.h>

#include <cstdlib>

namespace rill::lesson {
namespace {

/// How many bytes of `text` fill at most `columns`.
std::size_t bytes_of(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  while (bytes < text.size() && columns > 0) {
    do ++bytes;
    while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80);
    --columns;
  }
  return bytes;
}

}  // namespace

std::string Style::operator()(Tint tint, std::string_view text) const {
  constexpr const char* kCodes[] = {"",  "1",    "2",  "31", "32",  // plain ... good
                                    "1", "1;36", "33", "35", "34",  // lanes
                                    "36"};
  const std::string_view code = kCodes[static_cast<std::size_t>(tint)];
  if (!with_colour_ || code.empty() || text.empty()) return std::string(text);
  return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
}

bool stdout_wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0') &&
         terminal != nullptr && std::string_view(terminal) != "dumb";
}

std::size_t width_of(std::string_view text) {
  std::size_t columns = 0;
  for (const char byte : text) columns += (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  return columns;
}

std::string at_least(std::size_t width, std::string text, bool right) {
  const std::size_t have = width_of(text);
  if (have >= width) return text;
  const std::string space(width - have, ' ');
  return right ? space + text : text + space;
}

std::string shortened(const std::string& text, std::size_t room) {
  return width_of(text) <= room ? text : text.substr(0, bytes_of(text, room - 1)) + "…";
}

std::vector<std::string> wrapped(std::string text, std::size_t room) {
  std::vector<std::string> lines;
  while (width_of(text) > room) {
    std::size_t end = bytes_of(text, room);
    const std::size_t space = text.rfind(' ', end);
    if (space != text.npos && text.find_first_not_of(' ') < space) end = space;
    lines.push_back(text.substr(0, end));
    text = "  " + text.substr(text[end] == ' ' ? end + 1 : end);
  }
  lines.push_back(text);
  return lines;
}

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, ",");
  return digits;
}

std::string counted(std::uint64_t number, std::string_view thing) {
  return with_commas(number) + " " + std::string(thing) + (number == 1 ? "" : "s");
}

}  // namespace rill::lesson
