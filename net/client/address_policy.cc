// The registries as a table. See address_policy.h.
#include "net/client/address_policy.h"

#include <cstddef>

namespace rill::http {
namespace {

struct Block {
  std::array<std::uint8_t, 4> prefix;
  unsigned bits;
};

/// Does `bytes` begin with the first `bits` bits of `prefix`?
bool begins_with(const std::uint8_t* bytes, const std::uint8_t* prefix, unsigned bits) {
  for (; bits >= 8; bits -= 8) {
    if (*bytes++ != *prefix++) return false;
  }
  return bits == 0 || (*bytes ^ *prefix) >> (8 - bits) == 0;
}

constexpr Block kSpecialIpv4[] = {
    {{0, 0, 0, 0}, 8},        // this network
    {{10, 0, 0, 0}, 8},       // private
    {{100, 64, 0, 0}, 10},    // shared, behind carriers' NAT
    {{127, 0, 0, 0}, 8},      // loopback
    {{169, 254, 0, 0}, 16},   // link-local, and the metadata services of clouds
    {{172, 16, 0, 0}, 12},    // private
    {{192, 0, 0, 0}, 24},     // protocol assignments
    {{192, 0, 2, 0}, 24},     // documentation
    {{192, 88, 99, 0}, 24},   // 6to4 relays, which are no more
    {{192, 168, 0, 0}, 16},   // private
    {{198, 18, 0, 0}, 15},    // benchmarking
    {{198, 51, 100, 0}, 24},  // documentation
    {{203, 0, 113, 0}, 24},   // documentation
    {{224, 0, 0, 0}, 3},      // multicast, reserved, broadcast
};

/// Within 2000::/3.
constexpr Block kSpecialIpv6[] = {
    {{0x20, 0x01, 0x00, 0x00}, 23},  // protocol assignments, Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff, 0x00, 0x00}, 20},  // documentation (RFC 9637)
};

bool is_public_ipv4(const std::uint8_t* bytes) {
  for (const Block& block : kSpecialIpv4) {
    if (begins_with(bytes, block.prefix.data(), block.bits)) return false;
  }
  return true;
}

bool is_public_ipv6(const std::uint8_t* bytes) {
  constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  constexpr std::uint8_t kNat64[12] = {0x00, 0x64, 0xff, 0x9b};
  constexpr std::uint8_t k6to4[2] = {0x20, 0x02};
  constexpr std::uint8_t kGlobal[1] = {0x20};
  if (begins_with(bytes, kMapped, 96) || begins_with(bytes, kNat64, 96)) {
    return is_public_ipv4(bytes + 12);
  }
  if (begins_with(bytes, k6to4, 16)) return is_public_ipv4(bytes + 2);
  if (!begins_with(bytes, kGlobal, 3)) return false;
  for (const Block& block : kSpecialIpv6) {
    if (begins_with(bytes, block.prefix.data(), block.bits)) return false;
  }
  return true;
}

}  // namespace

bool is_public(const Address& address) {
  switch (address.family) {
    case Address::Family::ipv4:
      return is_public_ipv4(address.bytes.data());
    case Address::Family::ipv6:
      return is_public_ipv6(address.bytes.data());
    case Address::Family::none:
      break;
  }
  return false;
}

}  // namespace rill::http
