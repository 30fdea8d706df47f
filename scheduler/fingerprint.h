// A 128-bit digest of everything that happened in a run, in order. Two runs with equal fingerprints
// were the same run; that is how determinism is checked, on every seed.
//
// Not cryptographic. Each step is a bijection of the 128-bit state for given input, so no event can
// collapse two histories into one; the finish scatters all bits. Integers only, no dependence on
// byte order of the machine: words are absorbed by value.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "scheduler/oracle.h"

namespace rill {

class Fingerprint {
 public:
  void absorb(std::uint64_t a, std::uint64_t b) {
    low_ = std::rotl((low_ ^ a) * 0x9FB21C651E98DF25u, 32) + high_;
    high_ = std::rotl((high_ ^ b) * 0xD6E8FEB86659FD93u, 29) ^ low_;
  }

  /// The digest so far as 32 hex digits.
  std::string hex() const {
    const std::uint64_t first = scatter(low_ + scatter(high_));
    const std::uint64_t second = scatter(high_ ^ first);
    std::string text;
    for (const std::uint64_t word : {first, second}) {
      for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[word >> shift & 15];
    }
    return text;
  }

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;

 private:
  std::uint64_t low_ = 0x243F6A8885A308D3u;  // digits of pi: nothing up the sleeve
  std::uint64_t high_ = 0x13198A2E03707344u;
};

/// A 64-bit digest of bytes, the same on little- and big-endian machines.
inline std::uint64_t digest_bytes(const void* data, std::size_t size_bytes) {
  const auto* at = static_cast<const unsigned char*>(data);
  const auto word = [](const unsigned char* p) {
    std::uint64_t value;
    std::memcpy(&value, p, 8);
    if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
    return value;
  };
  std::uint64_t a = size_bytes * 0x9E3779B97F4A7C15u;
  std::uint64_t b = 0xD6E8FEB86659FD93u;
  for (; size_bytes >= 16; at += 16, size_bytes -= 16) {
    a = std::rotl((a ^ word(at)) * 0x9FB21C651E98DF25u, 31);
    b = std::rotl((b ^ word(at + 8)) * 0xC2B2AE3D27D4EB4Fu, 33);
  }
  if (size_bytes >= 8)
    a = std::rotl((a ^ word(at)) * 0x9FB21C651E98DF25u, 31), at += 8, size_bytes -= 8;
  std::uint64_t tail = 0;
  for (; size_bytes > 0; ++at, --size_bytes) tail = tail << 8 | *at;
  return scatter(a ^ scatter(b ^ tail));
}

}  // namespace rill
