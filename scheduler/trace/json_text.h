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
/// In decimal.
char* put_number(char* to, std::uint64_t number);

/// A number that is often the same as before, such as the time of an event.
class SameNumber {
 public:
  char* put(char* to, std::uint64_t number) {
    if (number != number_) {
      number_ = number;
      size_bytes_ = static_cast<std::size_t>(put_number(text_, number) - text_);
    }
    std::memcpy(to, text_, sizeof text_);
    return to + size_bytes_;
  }

 private:
  std::uint64_t number_ = 0;
  std::size_t size_bytes_ = 1;
  char text_[kNumberRoom] = {'0'};
};

/// A number that is often one more than before, such as that of an event. Its digits are one word,
/// the first in the lowest byte: a byte that has just been changed in memory is slow to be read
/// with others.
class NextNumber {
 public:
  char* put(char* to, std::uint64_t number) {
    if (number != number_ + 1 || number >= next_ten_) return put_anew(to, number);
    number_ = number;
    digits_ += one_;
    std::memcpy(to, &digits_, sizeof digits_);
    return to + size_bytes_;
  }

 private:
  char* put_anew(char* to, std::uint64_t number);

  std::uint64_t number_ = 0;
  std::uint64_t next_ten_ = 0;  // where another digit changes; 0: it has too many
  std::uint64_t digits_ = 0;
  std::uint64_t one_ = 0;  // in the place of the last digit
  std::size_t size_bytes_ = 0;
};

}  // namespace rill::trace
