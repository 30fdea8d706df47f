// See print.h.
#include "scheduler/print/print.h"

#include "scheduler/print/utf8.h"

namespace rill::print {
namespace {

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

std::string quoted(std::string_view bytes, const Quoting& quoting) {
  std::string text = "\"";
  std::size_t characters = 0;
  while (!bytes.empty()) {
    const auto first = static_cast<unsigned char>(bytes[0]);
    const CodePoint next =
        quoting.keeps_utf8 ? first_code_point(bytes) : CodePoint{first, 1, first < 0x80};
    const bool is_shown = next.is_valid && !is_acted_upon(next.code);
    std::string piece(bytes.substr(0, next.size_bytes));
    std::size_t width = 1;
    if (!is_shown) {
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
    if (characters > quoting.most_characters) return text + "\"" + std::string(quoting.cut);
    text += piece;
    bytes.remove_prefix(next.size_bytes);
  }
  return text + "\"";
}

std::string milliseconds(std::uint64_t ns) {
  const std::uint64_t us = ns / 1'000;
  std::string places = std::to_string(us % 1'000);
  places.insert(0, 3 - places.size(), '0');
  return std::to_string(us / 1'000) + "." + places;
}

}  // namespace rill::print
