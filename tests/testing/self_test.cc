// The replay token's encoding, and that properties run as they should when nothing fails.
// What a failing property does is glue_test.sh's part, from outside the process.
#include <algorithm>
#include <string>
#include <vector>

#include "tests/testing/property.h"
#include "tests/testing/replay_token.h"

using rill::testing::decode;
using rill::testing::encode;
using rill::testing::ReplayToken;

namespace {

ReplayToken some_token() {
  return {.test_hash = rill::testing::hash_test("a test"),
          .property_hash = rill::testing::hash_property("a property"),
          .base_seed = 1,
          .case_index = 66,
          .size = 23,
          .shrink_path = {153, 153, 153, 153, 7, 0, 0}};
}

}  // namespace

TEST_CASE("a token is short and reads back as itself", "[token]") {
  CHECK(decode(encode(some_token())) == some_token());
  CHECK(encode(some_token()).size() <= 19);
}

TEST_CASE("a text that is no token is refused", "[token]") {
  const auto good = encode(some_token());
  CHECK_FALSE(decode(""));
  CHECK_FALSE(decode("0"));
  CHECK_FALSE(decode("no token, i think"));
  CHECK_FALSE(decode(std::string(100, 'z')));
  auto endless = some_token();
  endless.case_index = std::uint64_t{1} << 40;
  CHECK_FALSE(decode(encode(endless)));
  for (std::size_t i = 0; i < good.size(); ++i) {
    CHECK_FALSE(decode(good.substr(0, i)));
    auto mistyped = good;
    mistyped[i] = mistyped[i] == 'a' ? 'b' : 'a';
    CHECK_FALSE(decode(mistyped));
  }
}

TEST_CASE("CHECK_THROWS_WITH and contains work with either Catch2", "[catch]") {
  using rill::testing::contains;
  CHECK_THROWS_WITH(throw std::runtime_error("expected a digit"), contains("digit"));
}

TEST_CASE("a property may stand inside a test case", "[property]") {
  int cases = 0;
  rill::testing::property("counted", [&](int) { ++cases; });
  CHECK(cases == 100);
}

RILL_PROPERTY("every token reads back as itself", std::uint64_t seed, std::uint16_t case_index,
              const std::vector<std::uint8_t>& path) {
  auto token = some_token();
  token.base_seed = seed;
  token.case_index = case_index;
  token.shrink_path.assign(path.begin(), path.end());
  RC_ASSERT(decode(encode(token)) == token);
}

RILL_PROPERTY("no text makes the decoder fail", const std::string& text) {
  if (const auto token = decode(text)) RC_ASSERT(encode(*token).size() <= text.size());
}
