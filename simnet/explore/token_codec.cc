// The symbols of tokens. See token_codec.h.
#include "simnet/explore/token_codec.h"

namespace rill::simnet {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

}  // namespace

void TokenWriter::put(std::uint64_t symbol) {
  text_ += kAlphabet[symbol];
  check_ = (check_ * 3 + symbol + 1) % 31;
}

std::uint64_t TokenReader::get() {
  const std::size_t symbol =
      position_ < text_.size() ? kAlphabet.find(text_[position_++]) : std::string_view::npos;
  if (symbol == std::string_view::npos) {
    is_good_ = false;
    return 0;
  }
  check_ = (check_ * 3 + symbol + 1) % 31;
  return symbol;
}

}  // namespace rill::simnet
