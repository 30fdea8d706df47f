// See json_text.h. Only where a text is not ASCII it is nlohmann's business.
#include "scheduler/trace/json_text.h"

#include <array>
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

/// Null if it is to be ASCII, and is not.
template <bool kAscii>
char* put_quoted(char* to, const Escapes& escapes, std::string_view text) {
  *to++ = '"';
  const char* from = text.data();
  const char* const end = from + text.size();
  std::uint64_t seen = 0;
  for (; end - from >= 8; from += 8) {
    const std::uint64_t word = word_at(from);
    seen |= word;
    if (special(word) == 0) {
      std::memcpy(to, &word, 8);
      to += 8;
    } else {
      to = put_escaped(to, escapes, from, from + 8);
    }
  }
  to = put_escaped(to, escapes, from, end);
  if (kAscii) {
    for (; from != end; ++from) seen |= static_cast<unsigned char>(*from);
    if ((seen & each(0x80)) != 0) return nullptr;
  }
  *to++ = '"';
  return to;
}

/// Eight digits, with zeros in front, the first in the lowest byte.
std::uint64_t eight_digits(std::uint64_t number) {
  const std::uint64_t fours = number / 10'000 | number % 10'000 << 32;
  const std::uint64_t hundreds = (fours * 10'486 >> 20) & 0x0000'007F'0000'007Fu;
  const std::uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  const std::uint64_t tens = (twos * 103 >> 10) & 0x000F'000F'000F'000Fu;
  return tens | (twos - 10 * tens) << 8;
}

char* put_eight_digits(char* to, std::uint64_t number) {
  const std::uint64_t digits = eight_digits(number) | each('0');
  std::memcpy(to, &digits, 8);
  return to + 8;
}

/// `number` is not 0, and below 10^8.
char* put_digits(char* to, std::uint64_t number) {
  const std::uint64_t digits = eight_digits(number);
  const int zeros =
      std::countr_zero(digits) / 8 & 7;  // which says to a checker what is so: below 8
  const std::uint64_t shown = (digits | each('0')) >> 8 * zeros;
  std::memcpy(to, &shown, 8);
  return to + 8 - zeros;
}

}  // namespace

char* put_text(char* to, std::string_view text) {
  if (char* const end = put_quoted<true>(to, kOfText, text)) return end;
  using Json = nlohmann::json;
  const std::string json = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  return put_plain(to, json);
}

char* put_bytes(char* to, std::string_view bytes) { return put_quoted<false>(to, kOfBytes, bytes); }

char* put_large_number(char* to, std::uint64_t number) {
  if (std::endian::native != std::endian::little)
    return std::to_chars(to, to + kMostDigits, number).ptr;
  constexpr std::uint64_t k8Digits = 100'000'000;
  if (number == 0) {
    *to = '0';
    return to + 1;
  }
  if (number < k8Digits) return put_digits(to, number);
  const std::uint64_t high = number / k8Digits;
  to = high < k8Digits ? put_digits(to, high)
                       : put_eight_digits(put_digits(to, high / k8Digits), high % k8Digits);
  return put_eight_digits(to, number % k8Digits);
}

}  // namespace rill::trace
