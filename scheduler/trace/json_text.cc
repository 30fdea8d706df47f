// See json_text.h. Only where a text is not ASCII it is nlohmann's business.
#include "scheduler/trace/json_text.h"

#include <array>
#include <bit>
#include <charconv>
#include <nlohmann/json.hpp>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace rill::trace {
namespace {

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

using Eight = std::uint64_t;
using Bytes = signed char __attribute__((vector_size(kAtOnce)));

/// Which bytes of these are no plain ones. (Those above 0x7F are below ' ', since they have a
/// sign.)
template <bool kIsText>
Bytes special(Bytes bytes) {
  const Bytes found = (bytes < ' ') | (bytes == '"') | (bytes == '\\');
  return kIsText ? found : found | (bytes == 0x7F);
}

template <class T>
T at(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// Fewer than kAtOnce bytes, and zeros behind them. In registers: bytes that were just written are
/// not quick to be read at once.
Bytes last_bytes(const char* from, std::size_t size) {
  std::array<Eight, 2> words{};
  const char* const end = from + size;
  if (std::endian::native == std::endian::big) {
    std::memcpy(words.data(), from, size);
  } else if (size >= 8) {
    const std::size_t half_of_unused = 4 * (kAtOnce - size);  // in bits; all of it may be 64
    words = {at<Eight>(from), at<Eight>(end - 8) >> half_of_unused >> half_of_unused};
  } else if (size >= 4) {
    words[0] = at<std::uint32_t>(from) | Eight{at<std::uint32_t>(end - 4)} << 8 * (size - 4);
  } else {
    for (const std::size_t i : {std::size_t{0}, size / 2, size - 1}) {
      words[0] |= Eight{static_cast<unsigned char>(from[i])} << 8 * i;
    }
  }
  return std::bit_cast<Bytes>(words);
}

#ifndef __SSE2__
/// How many bytes from the lowest on are zero, of a word that is not.
std::size_t zeros_first(Eight word) {
  if (std::endian::native == std::endian::big)
    return static_cast<std::size_t>(std::countl_zero(word)) / 8;
  return static_cast<std::size_t>(std::countr_zero(word)) / 8;
}
#endif

/// How many of these, from the first on, are plain.
template <bool kIsText>
std::size_t plain_first(Bytes bytes) {
  const Bytes found = special<kIsText>(bytes);
#ifdef __SSE2__
  const auto bits = static_cast<unsigned>(_mm_movemask_epi8(std::bit_cast<__m128i>(found)));
  return static_cast<std::size_t>(std::countr_zero(bits | 1u << kAtOnce));
#else
  const auto halves = std::bit_cast<std::array<Eight, 2>>(found);
  if ((halves[0] | halves[1]) == 0) return kAtOnce;
  return halves[0] != 0 ? zeros_first(halves[0]) : sizeof(Eight) + zeros_first(halves[1]);
#endif
}

/// Null if a text is not ASCII.
template <bool kIsText>
char* put_quoted(char* to, std::string_view text) {
  constexpr const Escapes& kEscapes = kIsText ? kOfText : kOfBytes;
  *to++ = '"';
  const char* from = text.data();
  const char* const end = from + text.size();
  while (from != end) {
    const auto left = static_cast<std::size_t>(end - from);
    const Bytes bytes = left >= kAtOnce ? at<Bytes>(from) : last_bytes(from, left);
    std::memcpy(to, &bytes, sizeof bytes);
    const std::size_t plain = plain_first<kIsText>(bytes);  // zeros behind the last are not
    to += plain;
    from += plain;
    while (from != end) {
      const auto byte = static_cast<unsigned char>(*from);
      const Escape& escape = kEscapes[byte];
      if (escape.size_bytes == 1) break;
      if (kIsText && byte >= 0x80) return nullptr;
      std::memcpy(to, &escape, sizeof escape);  // more than is needed: its size is what counts
      to += escape.size_bytes;
      ++from;
    }
  }
  *to++ = '"';
  return to;
}

constexpr std::uint64_t kZeros = 0x3030303030303030u;  // as characters

/// Eight digits, with zeros in front, the first in the lowest byte.
std::uint64_t eight_digits(std::uint64_t number) {
  const std::uint64_t fours = number / 10'000 | number % 10'000 << 32;
  const std::uint64_t hundreds = (fours * 10'486 >> 20) & 0x0000'007F'0000'007Fu;
  const std::uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  const std::uint64_t tens = (twos * 103 >> 10) & 0x000F'000F'000F'000Fu;
  return tens | (twos - 10 * tens) << 8;
}

char* put_eight_digits(char* to, std::uint64_t number) {
  const std::uint64_t digits = eight_digits(number) | kZeros;
  std::memcpy(to, &digits, 8);
  return to + 8;
}

/// `number` is not 0, and below 10^8.
char* put_digits(char* to, std::uint64_t number) {
  const std::uint64_t digits = eight_digits(number);
  const int zeros =
      std::countr_zero(digits) / 8 & 7;  // which says to a checker what is so: below 8
  const std::uint64_t shown = (digits | kZeros) >> 8 * zeros;
  std::memcpy(to, &shown, 8);
  return to + 8 - zeros;
}

}  // namespace

char* put_text(char* to, std::string_view text) {
  if (char* const end = put_quoted<true>(to, text)) return end;
  using Json = nlohmann::json;
  const std::string json = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  json.copy(to, json.size());
  return to + json.size();
}

char* put_bytes(char* to, std::string_view bytes) { return put_quoted<false>(to, bytes); }

/// Of two digits at least.
char* put_large_number(char* to, std::uint64_t number) {
  if (std::endian::native != std::endian::little)
    return std::to_chars(to, to + kNumberRoom, number).ptr;
  constexpr std::uint64_t k8Digits = 100'000'000;
  if (number < 100) {
    to[0] = static_cast<char>('0' + number / 10);
    to[1] = static_cast<char>('0' + number % 10);
    return to + 2;
  }
  if (number < k8Digits) return put_digits(to, number);
  const std::uint64_t high = number / k8Digits;
  to = high < k8Digits ? put_digits(to, high)
                       : put_eight_digits(put_digits(to, high / k8Digits), high % k8Digits);
  return put_eight_digits(to, number % k8Digits);
}

}  // namespace rill::trace
