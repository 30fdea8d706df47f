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

template <class T>
T at(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// For the first eight bytes and for the others: not 0 if one of them is not plain.
template <bool kIsText>
auto special(Bytes bytes) {
  // Those above 0x7F are below ' ', since they have a sign.
  Bytes found = (bytes < ' ') | (bytes == '"') | (bytes == '\\');
  if (!kIsText) found |= bytes == 0x7F;
#ifdef __SSE2__
  const int bits = _mm_movemask_epi8(std::bit_cast<__m128i>(found));
  return std::array<int, 2>{bits & 0xFF, bits >> 8};
#else
  return std::bit_cast<std::array<Eight, 2>>(found);
#endif
}

/// The bits of the last kAtOnce bytes of a text, or of all that it has. (Without a loop, of which a
/// compiler makes much.)
Eight last_of(std::string_view text) {
  const std::size_t size = text.size();
  const char* const from = text.data();
  if (size >= kAtOnce) return at<Eight>(from + size - 8) | at<Eight>(from + size - kAtOnce);
  if (size >= 8) return at<Eight>(from) | at<Eight>(from + size - 8);
  if (size >= 4) return at<std::uint32_t>(from) | at<std::uint32_t>(from + size - 4);
  return size == 0 ? 0 : static_cast<unsigned char>(from[0] | from[size / 2] | from[size - 1]);
}

char* put_escaped(char* to, const Escapes& escapes, const char* from, const char* end) {
  for (; from != end; ++from) {
    const Escape& escape = escapes[static_cast<unsigned char>(*from)];
    std::memcpy(to, &escape, sizeof escape);  // more than is needed: its size is what counts
    to += escape.size_bytes;
  }
  return to;
}

char* put_eight(char* to, const Escapes& escapes, const char* from, bool is_plain) {
  if (!is_plain) return put_escaped(to, escapes, from, from + 8);
  std::memcpy(to, from, 8);
  return to + 8;
}

/// What is left of a text, of less than kAtOnce bytes.
template <bool kIsText>
char* put_rest(char* to, const Escapes& escapes, const char* from, const char* end) {
  const std::ptrdiff_t left = end - from;
  if (left >= 8) {
    const std::array<Eight, 2> both = {at<Eight>(from), at<Eight>(end - 8)};
    const auto found = special<kIsText>(std::bit_cast<Bytes>(both));
    if ((found[0] | found[1]) == 0) {
      std::memcpy(to, &both[0], 8);
      std::memcpy(to + left - 8, &both[1], 8);
      return to + left;
    }
  }
  return put_escaped(to, escapes, from, end);
}

/// Null if a text is not ASCII. It goes on by eight or more bytes even where one is not plain: if
/// it began behind that one, each step would have to wait for the one before.
template <bool kIsText>
char* put_quoted(char* to, std::string_view text) {
  constexpr const Escapes& kEscapes = kIsText ? kOfText : kOfBytes;
  *to++ = '"';
  const char* from = text.data();
  const char* const end = from + text.size();
  Bytes seen{};
  for (; end - from >= std::ptrdiff_t{kAtOnce}; from += kAtOnce) {
    const auto bytes = at<Bytes>(from);
    const auto found = special<kIsText>(bytes);
    seen |= bytes;
    if ((found[0] | found[1]) == 0) {
      std::memcpy(to, &bytes, sizeof bytes);
      to += kAtOnce;
    } else {
      to = put_eight(to, kEscapes, from, found[0] == 0);
      to = put_eight(to, kEscapes, from + 8, found[1] == 0);
    }
  }
  to = put_rest<kIsText>(to, kEscapes, from, end);
  if (kIsText) {
    const auto halves = std::bit_cast<std::array<Eight, 2>>(seen);
    if (((halves[0] | halves[1] | last_of(text)) & 0x8080808080808080u) != 0) return nullptr;
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

/// `number` is below 10^8. Without a branch: no processor guesses how many digits it has.
char* put_digits(char* to, std::uint64_t number) {
  const std::uint64_t digits = eight_digits(number);
  const int zeros = std::countr_zero(digits | std::uint64_t{1} << 56) / 8;
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

char* put_number(char* to, std::uint64_t number) {
  if (std::endian::native != std::endian::little)
    return std::to_chars(to, to + kNumberRoom, number).ptr;
  constexpr std::uint64_t k8Digits = 100'000'000;
  if (number < k8Digits) return put_digits(to, number);
  return put_eight_digits(put_number(to, number / k8Digits), number % k8Digits);
}

char* NextNumber::put_anew(char* to, std::uint64_t number) {
  char* const end = put_number(to, number);
  number_ = number;
  size_bytes_ = static_cast<std::size_t>(end - to);
  next_ten_ = 0;
  if (size_bytes_ <= sizeof digits_ && std::endian::native == std::endian::little) {
    next_ten_ = number - number % 10 + 10;
    std::memcpy(&digits_, to, sizeof digits_);
    one_ = Eight{1} << 8 * (size_bytes_ - 1);
  }
  return end;
}

}  // namespace rill::trace
