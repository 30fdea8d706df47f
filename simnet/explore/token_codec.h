// Tokens: short texts that name a case of a property or a plan of a simulation, the same on every
// machine, fit to be typed.
//
// Symbols are the digits and lower-case letters without i, l, o and u: 5 bits each. A number is
// written 4 bits a symbol, the lowest first; the fifth bit says that more follows. The last two
// symbols are a check on all others: no token with one wrong symbol is taken, and of texts that
// are wrong in other ways one in 1021. Reading trusts nothing: a person typed the text, or pasted
// a part of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rill::simnet {

inline constexpr int kCheckSymbols = 2;

class TokenWriter {
 public:
  void fixed(std::uint64_t value, int symbols) {
    for (int i = 0; i < symbols; ++i, value >>= 5) put(value & 31);
  }
  void number(std::uint64_t value) {
    for (; value > 15; value >>= 4) put((value & 15) | 16);
    put(value);
  }
  std::string finish() {
    fixed(check_, kCheckSymbols);
    return std::move(text_);
  }

 private:
  void put(std::uint64_t symbol);

  std::string text_;
  std::uint64_t check_ = 0;
};

class TokenReader {
 public:
  explicit TokenReader(std::string_view text) : text_(text) {}

  std::uint64_t fixed(int symbols) {
    std::uint64_t value = 0;
    for (int i = 0; i < symbols; ++i) value |= get() << (5 * i);
    return value;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 4) {
      const std::uint64_t symbol = get();
      value |= (symbol & 15) << shift;
      if (symbol < 16) return value;
    }
    is_good_ = false;
    return 0;
  }

  bool is_good() const { return is_good_; }
  std::size_t left() const { return text_.size() - position_; }
  /// Whether the whole text was read, and its check is right.
  bool finish() {
    const std::uint64_t expected = check_;
    return fixed(kCheckSymbols) == expected && is_good_ && left() == 0;
  }

 private:
  std::uint64_t get();

  std::string_view text_;
  std::size_t position_ = 0;
  std::uint64_t check_ = 0;
  bool is_good_ = true;
};

}  // namespace rill::simnet
