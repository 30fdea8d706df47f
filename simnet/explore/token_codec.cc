// The symbols of tokens. See token_codec.h.
#include "simnet/explore/token_codec.h"

namespace rill::simnet {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/// 1021 is prime and fits into two symbols, so every symbol's weight differs from 0.
std::uint64_t next_check(std::uint64_t check, std::uint64_t symbol) {
  return (check * 37 + symbol + 1) % 1021;
}

}  // namespace

void TokenWriter::put(std::uint64_t symbol) {
  text_ += kAlphabet[symbol];
  check_ = next_check(check_, symbol);
}

std::uint64_t TokenReader::get() {
  const std::size_t symbol =
      position_ < text_.size() ? kAlphabet.find(text_[position_++]) : std::string_view::npos;
  if (symbol == std::string_view::npos) {
    is_good_ = false;
    return 0;
  }
  check_ = next_check(check_, symbol);
  return symbol;
}

}  // namespace rill::simnet
