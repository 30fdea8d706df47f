// Strings of JSON, written by hand, since every event of a run passes here. Eight bytes at a time
// are copied and looked through in one go; nearly all of them need nothing else.
#pragma once

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rill::trace {

/// Room that a text of so many bytes takes at most, quotes and what is written too far included.
constexpr std::size_t json_room(std::size_t size_bytes) { return 6 * size_bytes + 2 + 8; }

/// `text`, which should be UTF-8, in quotes; a byte that is none becomes U+FFFD. The new end.
char* put_text(char* to, std::string_view text);
/// The same of bytes: byte b is the character U+00b, and all but printable ASCII is escaped.
char* put_bytes(char* to, std::string_view bytes);
/// As it is.
inline char* put_plain(char* to, std::string_view text) {
  const std::size_t size = text.size();
  const char* const from = text.data();
  if (size < 16 || size > 256) {
    if (size >= 8 && size < 16) {  // two words, which may overlap
      std::memcpy(to, from, 8);
      std::memcpy(to + size - 8, from + size - 8, 8);
    } else if (size > 0) {
      std::memcpy(to, from, size);
    }
    return to + size;
  }
  for (std::size_t i = 0; i + 16 <= size; i += 16) std::memcpy(to + i, from + i, 16);
  std::memcpy(to + size - 16, from + size - 16, 16);
  return to + size;
}

constexpr std::size_t kMostDigits = 20;
/// In decimal. Needs room for kMostDigits + 8.
char* put_large_number(char* to, std::uint64_t number);
inline char* put_number(char* to, std::uint64_t number) {
  if (number < 10) {
    *to = static_cast<char>('0' + number);
    return to + 1;
  }
  return put_large_number(to, number);
}

}  // namespace rill::trace
