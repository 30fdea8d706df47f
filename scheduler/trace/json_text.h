// Strings and numbers of JSON, written by hand, since every event of a run passes here. Sixteen
// bytes at a time are copied and looked through in one go; nearly all of them need nothing else. So
// what is written here may write a few bytes beyond its end: json_room() counts them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rill::trace {

constexpr std::size_t kAtOnce = 16;

/// Room that a text of so many bytes takes at most, quotes and what is written too far included.
constexpr std::size_t json_room(std::size_t size_bytes) { return 6 * size_bytes + 2 + kAtOnce; }

/// `text`, which should be UTF-8, in quotes; a byte that is none becomes U+FFFD. The new end.
char* put_text(char* to, std::string_view text);
/// The same of bytes: byte b is the character U+00b, and all but printable ASCII is escaped.
char* put_bytes(char* to, std::string_view bytes);

/// Room that a number takes at most.
constexpr std::size_t kNumberRoom = 32;
char* put_large_number(char* to, std::uint64_t number);
/// In decimal.
inline char* put_number(char* to, std::uint64_t number) {
  if (number >= 10) return put_large_number(to, number);
  *to = static_cast<char>('0' + number);
  return to + 1;
}

/// The number of the line before as text: the next is often the same, or one more.
class LastNumber {
 public:
  char* put(char* to, std::uint64_t number) {
    if (number != number_) {
      char& last = text_[size_bytes_ - 1];
      const bool is_next = number == number_ + 1 && last != '9';
      number_ = number;
      if (is_next) {
        ++last;
      } else {
        size_bytes_ = static_cast<std::size_t>(put_number(text_, number) - text_);
      }
    }
    std::memcpy(to, text_, sizeof text_);
    return to + size_bytes_;
  }

 private:
  std::uint64_t number_ = 0;
  std::size_t size_bytes_ = 1;
  char text_[kNumberRoom] = {'0'};
};

}  // namespace rill::trace
