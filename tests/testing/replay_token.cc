// Encoding of replay tokens; the layout is described in the header.
// Decoding trusts nothing: a person typed the text, or pasted a part of it.
#include "tests/testing/replay_token.h"

namespace rill::testing {

namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
// What a damaged token may make us do.
constexpr std::uint64_t kMostCases = 10'000'000;
constexpr std::uint64_t kLargestSize = 1'000'000;
constexpr std::size_t kLongestShrinkPath = 100'000;

class Writer {
 public:
  void fixed(std::uint32_t value, int symbols) {
    for (int i = 0; i < symbols; ++i, value >>= 5) put(value & 31);
  }

  void number(std::uint64_t value) {
    for (; value > 15; value >>= 4) put((value & 15) | 16);
    put(value);
  }

  std::string finish() {
    put(check_);
    return std::move(text_);
  }

 private:
  void put(std::uint64_t symbol) {
    text_ += kAlphabet[symbol];
    check_ = (check_ * 3 + symbol + 1) % 31;
  }

  std::string text_;
  std::uint64_t check_ = 0;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::uint32_t fixed(int symbols) {
    std::uint32_t value = 0;
    for (int i = 0; i < symbols; ++i) value |= static_cast<std::uint32_t>(get()) << (5 * i);
    return value;
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 4) {
      const auto symbol = get();
      value |= (symbol & 15) << shift;
      if (symbol < 16) return value;
    }
    good_ = false;
    return 0;
  }

  bool good() const { return good_; }
  std::size_t left() const { return text_.size() - position_; }

  bool finish() {
    const auto expected = check_;
    return get() == expected && good_ && left() == 0;
  }

 private:
  std::uint64_t get() {
    const auto symbol =
        position_ < text_.size() ? kAlphabet.find(text_[position_++]) : std::string_view::npos;
    if (symbol == std::string_view::npos) {
      good_ = false;
      return 0;
    }
    check_ = (check_ * 3 + symbol + 1) % 31;
    return symbol;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::uint64_t check_ = 0;
  bool good_ = true;
};

}  // namespace

std::uint64_t hash_64(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a, 64 bits: offset basis, then the prime
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

std::uint32_t hash_test(std::string_view name) { return hash_64(name) >> 49; }
std::uint32_t hash_property(std::string_view sentence) { return hash_64(sentence) >> 54; }

std::string encode(const ReplayToken& token) {
  Writer writer;
  writer.fixed(token.test_hash, 3);
  writer.fixed(token.property_hash, 2);
  writer.number(token.base_seed);
  writer.number(token.case_index);
  writer.number(token.size);
  const auto& path = token.shrink_path;
  for (std::size_t i = 0; i < path.size();) {
    std::size_t end = i + 1;
    while (end < path.size() && path[end] == path[i]) ++end;
    writer.number(path[i]);
    writer.number(end - i - 1);
    i = end;
  }
  return writer.finish();
}

std::optional<ReplayToken> decode(std::string_view text) {
  Reader reader(text);
  ReplayToken token;
  token.test_hash = reader.fixed(3);
  token.property_hash = reader.fixed(2);
  token.base_seed = reader.number();
  token.case_index = reader.number();
  token.size = reader.number();
  while (reader.good() && reader.left() > 1) {
    const auto index = reader.number();
    const auto repeated = reader.number();
    if (repeated >= kLongestShrinkPath - token.shrink_path.size()) return std::nullopt;
    token.shrink_path.insert(token.shrink_path.end(), repeated + 1, index);
  }
  if (!reader.finish() || token.case_index > kMostCases || token.size > kLargestSize) {
    return std::nullopt;
  }
  return token;
}

}  // namespace rill::testing
