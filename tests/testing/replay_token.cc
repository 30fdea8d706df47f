// Encoding of replay tokens; the layout is described in the header.
// What is between the symbols and us is in simnet/explore/token_codec.h.
#include "tests/testing/replay_token.h"

#include "scheduler/text_hash.h"
#include "simnet/explore/token_codec.h"

namespace rill::testing {

namespace {

// What a damaged token may make us do.
constexpr std::uint64_t kMostCases = 10'000'000;
constexpr std::uint64_t kLargestSize = 1'000'000;
constexpr std::size_t kLongestShrinkPath = 100'000;

}  // namespace

std::uint32_t hash_test(std::string_view name) { return hash_text(name) >> 49; }
std::uint32_t hash_property(std::string_view sentence) { return hash_text(sentence) >> 54; }

std::string encode(const ReplayToken& token) {
  simnet::TokenWriter writer;
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
  simnet::TokenReader reader(text);
  ReplayToken token;
  token.test_hash = static_cast<std::uint32_t>(reader.fixed(3));
  token.property_hash = static_cast<std::uint32_t>(reader.fixed(2));
  token.base_seed = reader.number();
  token.case_index = reader.number();
  token.size = reader.number();
  while (reader.is_good() && reader.left() > simnet::kCheckSymbols) {
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
