// Binary logarithm and power in fixed point: the same bits on every machine and from every
// compiler, which the mathematical library does not promise.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace rill::simnet {

/// log2(value) x 2^32, good to 2^-26. `value` must not be 0.
constexpr std::uint64_t log2_q32(std::uint32_t value) {
  const int whole = static_cast<int>(std::bit_width(value)) - 1;
  std::uint64_t mantissa = std::uint64_t{value} << (31 - whole);  // 1 to 2, x 2^31
  std::uint64_t fraction = 0;
  for (int bit = 31; bit >= 0; --bit) {  // squaring doubles the logarithm: its next bit comes out
    mantissa = mantissa * mantissa >> 31;
    if (mantissa >> 32 == 0) continue;
    mantissa >>= 1;
    fraction |= std::uint64_t{1} << bit;
  }
  return static_cast<std::uint64_t>(whole) << 32 | fraction;
}

namespace internal {

constexpr std::uint64_t square_root(unsigned __int128 value) {
  std::uint64_t root = 0;
  for (int bit = 63; bit >= 0; --bit) {
    const std::uint64_t tried = root | std::uint64_t{1} << bit;
    if (static_cast<unsigned __int128>(tried) * tried <= value) root = tried;
  }
  return root;
}

/// 2^(1/2), 2^(1/4), 2^(1/8) ..., x 2^62.
constexpr std::array<std::uint64_t, 32> kRootsOf2 = [] {
  std::array<std::uint64_t, 32> roots{};
  std::uint64_t root = std::uint64_t{1} << 63;
  for (std::uint64_t& entry : roots) {
    root = square_root(static_cast<unsigned __int128>(root) << 62);
    entry = root;
  }
  return roots;
}();

}  // namespace internal

/// 2^(fraction / 2^32) x 2^62, good to 2^-56.
constexpr std::uint64_t exp2_q62(std::uint32_t fraction) {
  std::uint64_t power = std::uint64_t{1} << 62;
  for (std::size_t i = 0; i < internal::kRootsOf2.size(); ++i) {
    if ((fraction >> (31 - i) & 1) == 0) continue;
    power = static_cast<std::uint64_t>(
        static_cast<unsigned __int128>(power) * internal::kRootsOf2[i] >> 62);
  }
  return power;
}

}  // namespace rill::simnet
