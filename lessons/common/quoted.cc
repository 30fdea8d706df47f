// Bytes as a person reads them. See say.h.
//
// Valid UTF-8 is kept as it is; every other byte, and what a terminal would act upon, is escaped.
// So no stream can write control sequences to the reader's terminal.
#include <cstdint>

#include "lessons/common/say.h"
#include "lessons/common/utf8.h"

namespace rill::lesson {
namespace {

/// What a terminal shows as it is, and would not act upon.
bool is_printable(const CodePoint& point) {
  const std::uint32_t code = point.code;
  const bool is_control = code < 0x20 || (code >= 0x7F && code < 0xA0) ||
                          (code >= 0x200B && code <= 0x200F) ||
                          (code >= 0x2028 && code <= 0x202E) || code == 0xFEFF;
  return point.is_valid && !is_control;
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
    const CodePoint next = first_code_point(bytes);
    std::string piece(bytes.substr(0, next.size_bytes));
    std::size_t width = 1;
    if (!is_printable(next)) {
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
