// Bytes as a person reads them. See say.h.
//
// Valid UTF-8 is kept as it is (RFC 3629: no overlong forms, no surrogates, nothing above
// U+10FFFF); every other byte, and what a terminal would act upon, is escaped. So no stream can
// write control sequences to the reader's terminal.
#include <cstdint>

#include "lessons/common/say.h"

namespace rill::lesson {
namespace {

struct Character {
  std::size_t size_bytes = 1;
  bool is_printable = false;
};

/// The lead byte's length and the least code point that may use it; 0 for no lead byte.
std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

Character character_at(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes[0]);
  const std::size_t length = length_of(lead);
  if (length == 1) return {1, lead >= 0x20 && lead != 0x7F};
  if (length == 0 || bytes.size() < length) return {};
  constexpr std::uint8_t kLeadBits[] = {0, 0, 0x1F, 0x0F, 0x07};
  std::uint32_t code = lead & kLeadBits[length];
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(bytes[i]);
    if ((next & 0xC0) != 0x80) return {};
    code = code << 6 | (next & 0x3F);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  const bool is_control = code < 0xA0 || (code >= 0x200B && code <= 0x200F) ||
                          (code >= 0x2028 && code <= 0x202E) || code == 0xFEFF;
  return {length, !is_control};
}

std::string escaped(unsigned char byte) {
  constexpr char kDigits[] = "0123456789abcdef";
  switch (byte) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\0':
      return "\\0";
    default:
      return std::string("\\x") + kDigits[byte >> 4] + kDigits[byte & 15];
  }
}

}  // namespace

std::string quoted(std::string_view bytes, std::size_t most_characters) {
  std::string text = "\"";
  std::size_t characters = 0;
  while (!bytes.empty()) {
    const Character next = character_at(bytes);
    std::string piece(bytes.substr(0, next.size_bytes));
    std::size_t width = 1;
    if (!next.is_printable) {
      piece.clear();
      for (const char byte : bytes.substr(0, next.size_bytes)) {
        piece += escaped(static_cast<unsigned char>(byte));
      }
      width = piece.size();
    } else if (piece == "\"" || piece == "\\") {
      piece.insert(0, "\\");
      width = 2;
    }
    characters += width;
    if (characters > most_characters) return text + "\"…";
    text += piece;
    bytes.remove_prefix(next.size_bytes);
  }
  return text + "\"";
}

}  // namespace rill::lesson
