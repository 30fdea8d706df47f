// A hash of a text that never changes: keys of decisions, tokens of failures and signatures of
// mistakes are made of it, and must mean the same on every machine and in every version.
#pragma once

#include <cstdint>
#include <string_view>

namespace rill {

/// FNV-1a with its 64-bit parameters: offset basis, then the prime for each byte.
constexpr std::uint64_t hash_text(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

// The published test vectors.
static_assert(hash_text("") == 0xcbf29ce484222325u);
static_assert(hash_text("foobar") == 0x85944171f73967e8u);

}  // namespace rill
