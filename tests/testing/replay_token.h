// The short text that names one case of one property: which test, which seed, which case, and the
// way from there to the minimal counterexample. It is the same on every machine.
//
// Symbols are the digits and lower-case letters without i, l, o and u: 5 bits each.
//   3 symbols  the test case's name, hashed     2 symbols  the property's sentence, hashed
//   numbers    seed, case, size, then the shrink path as (index, repetitions - 1) pairs
//   2 symbols  a check on all of the above, so that a mistyped token is refused
// A number is written 4 bits a symbol, the lowest first; the fifth bit says that more follows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rill::testing {

struct ReplayToken {
  std::uint32_t test_hash = 0;      // of hash_test()
  std::uint32_t property_hash = 0;  // of hash_property()
  std::uint64_t base_seed = 1;      // TEST_RANDOM_SEED of the run that failed
  std::uint64_t case_index = 0;     // how many cases that run generated before this one
  std::uint64_t size = 0;           // rapidcheck's size parameter
  std::vector<std::size_t> shrink_path;

  bool operator==(const ReplayToken&) const = default;
};

std::uint32_t hash_test(std::string_view name);          // 15 bits
std::uint32_t hash_property(std::string_view sentence);  // 10 bits

std::string encode(const ReplayToken& token);

// Nothing when `text` is not exactly what encode() once returned.
std::optional<ReplayToken> decode(std::string_view text);

}  // namespace rill::testing
