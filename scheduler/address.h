// A host and a port as numbers: IPv4 or IPv6, no names, nothing from the system's headers, so that
// the simulator and the real backends mean the same by it. Names are turned into addresses by the
// backend's resolve operation (scheduler/backend.h).
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rill {

struct Address {
  enum class Family : std::uint8_t { none, ipv4, ipv6 };

  std::array<std::uint8_t, 16> bytes{};  ///< network order; IPv4 uses the first four
  std::uint16_t port = 0;                ///< host order
  Family family = Family::none;
  std::uint32_t scope = 0;  ///< IPv6 zone index (RFC 4007), 0 for none

  friend auto operator<=>(const Address&, const Address&) = default;

  static Address ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                      std::uint16_t port = 0);
  static Address any_ipv4(std::uint16_t port = 0) { return ipv4(0, 0, 0, 0, port); }
  static Address loopback_ipv4(std::uint16_t port = 0) { return ipv4(127, 0, 0, 1, port); }

  /// A literal such as "10.0.0.7", "::1", "[::1]" or "fe80::1%3"; nothing for a name or bad digits.
  static std::optional<Address> parse(std::string_view literal, std::uint16_t port = 0);

  /// "10.0.0.7" or "::1" (RFC 5952 form).
  std::string host_text() const;
};

/// "10.0.0.7:80" or "[::1]:80".
std::string to_string(const Address& address);
/// The same, for who has that much room for it. The new end.
constexpr std::size_t kMostAddressBytes = 64;
char* put(char* to, const Address& address);

}  // namespace rill
