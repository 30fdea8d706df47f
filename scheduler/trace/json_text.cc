// See json_text.h. Only where a text is not ASCII it is nlohmann's business.
#include "scheduler/trace/json_text.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>

namespace rill::trace {
namespace {

constexpr std::uint64_t each(std::uint64_t byte) { return byte * 0x0101010101010101u; }

/// Not 0 if a byte of the word is not plain: below ' ', above '~', '"' or '\\'.
constexpr std::uint64_t special(std::uint64_t word) {
  const auto zeros = [](std::uint64_t w) { return (w - each(1)) & ~w; };
  return (((word - each(0x20)) & ~word) | word | zeros(word ^ each('"')) |
          zeros(word ^ each('\\')) | zeros(word ^ each(0x7F))) &
         each(0x80);
}

struct Escape {
  char text[7];
  std::uint8_t size_bytes;
};
using Escapes = std::array<Escape, 256>;

constexpr Escape as_it_is(unsigned byte) { return {{static_cast<char>(byte)}, 1}; }
constexpr Escape behind_backslash(char c) { return {{'\\', c}, 2}; }
constexpr Escape as_number(unsigned byte) {
  constexpr char kDigits[] = "0123456789abcdef";
  return {{'\\', 'u', '0', '0', kDigits[byte >> 4], kDigits[byte & 15]}, 6};
}

constexpr Escapes escapes(bool is_text) {
  Escapes all{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool is_printable = byte >= ' ' && byte < 0x7F;
    all[byte] = is_printable || (is_text && byte == 0x7F) ? as_it_is(byte) : as_number(byte);
  }
  all['"'] = behind_backslash('"');
  all['\\'] = behind_backslash('\\');
  if (!is_text) return all;
  all['\b'] = behind_backslash('b');
  all['\t'] = behind_backslash('t');
  all['\n'] = behind_backslash('n');
  all['\f'] = behind_backslash('f');
  all['\r'] = behind_backslash('r');
  return all;
}

constexpr Escapes kOfText = escapes(true);
constexpr Escapes kOfBytes = escapes(false);

std::uint64_t word_at(const char* from) {
  std::uint64_t word;
  std::memcpy(&word, from, 8);
  return word;
}

char* put_escaped(char* to, const Escapes& escapes, const char* from, const char* end) {
  for (; from != end; ++from) {
    const Escape& escape = escapes[static_cast<unsigned char>(*from)];
    std::memcpy(to, &escape, 8);  // more than is needed: its size is what counts
    to += escape.size_bytes;
  }
  return to;
}

char* put_quoted(char* to, const Escapes& escapes, std::string_view text) {
  *to++ = '"';
  const char* from = text.data();
  const char* const end = from + text.size();
  while (end - from >= 8) {
    const std::uint64_t word = word_at(from);
    if (special(word) == 0) {
      std::memcpy(to, &word, 8);
      to += 8;
    } else {
      to = put_escaped(to, escapes, from, from + 8);
    }
    from += 8;
  }
  to = put_escaped(to, escapes, from, end);
  *to++ = '"';
  return to;
}

bool is_ascii(std::string_view text) {
  std::uint64_t seen = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) seen |= word_at(text.data() + i);
  for (; i < text.size(); ++i) seen |= static_cast<unsigned char>(text[i]);
  return (seen & each(0x80)) == 0;
}

}  // namespace

char* put_text(char* to, std::string_view text) {
  if (is_ascii(text)) return put_quoted(to, kOfText, text);
  using Json = nlohmann::json;
  const std::string json = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  return put_plain(to, json);
}

char* put_bytes(char* to, std::string_view bytes) { return put_quoted(to, kOfBytes, bytes); }

char* put_plain(char* to, std::string_view text) {
  const std::size_t size = text.size();
  const char* const from = text.data();
  if (size < 8 || size > 64) {
    std::memcpy(to, from, size);
    return to + size;
  }
  for (std::size_t i = 0; i + 8 <= size; i += 8) std::memcpy(to + i, from + i, 8);
  std::memcpy(to + size - 8, from + size - 8, 8);
  return to + size;
}

}  // namespace rill::trace
