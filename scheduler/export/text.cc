// UTF-8 by RFC 3629, strictly. JSON is nlohmann's business. See text.h.
#include "scheduler/export/text.h"

#include <nlohmann/json.hpp>

namespace rill::exports {
namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFF;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// kNone for one byte that is no part of UTF-8.
std::uint32_t decode(std::string_view text, std::size_t& size_bytes) {
  const auto lead = static_cast<unsigned char>(text[0]);
  size_bytes = 1;
  if (lead < 0x80) return lead;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4 || text.size() < length) return kNone;
  std::uint32_t code = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return kNone;
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return kNone;
  size_bytes = length;
  return code;
}

/// What ends a line, moves the cursor, or turns the direction of writing.
bool is_acted_upon(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
         code == 0xFEFF || code == 0xFFFE || code == 0xFFFF;
}

}  // namespace

std::string one_line(std::string_view text, std::size_t most_bytes) {
  std::string line;
  while (!text.empty()) {
    if (line.size() >= most_bytes) return line + "...";
    std::size_t size_bytes = 1;
    const std::uint32_t code = decode(text, size_bytes);
    if (code == kNone) {
      line += '?';
    } else if (is_acted_upon(code)) {
      line += ' ';
    } else {
      line += text.substr(0, size_bytes);
    }
    text.remove_prefix(size_bytes);
  }
  return line;
}

std::string quoted_bytes(std::string_view bytes, std::size_t most_bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "\"";
  for (const char c : bytes) {
    if (text.size() > most_bytes) return text + "\"...";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || c == '\r' || c == '\t') {
      text += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (byte < 0x20 || byte >= 0x7F) {
      text += std::string("\\x") + kDigits[byte >> 4] + kDigits[byte & 15];
    } else {
      text += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    }
  }
  return text + "\"";
}

std::string json_text(std::string_view text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

std::string milliseconds_text(std::uint64_t ns) {
  const std::uint64_t microseconds = ns / 1000;
  const std::string digits = std::to_string(1000 + microseconds % 1000).substr(1);
  return std::to_string(microseconds / 1000) + "." + digits + "ms";
}

}  // namespace rill::exports
