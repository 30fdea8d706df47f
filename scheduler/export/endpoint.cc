// Splitting; the addresses themselves are scheduler/address.h's business. See endpoint.h.
#include "scheduler/export/endpoint.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace rill::exports {
namespace {

bool is_any(const Address& address) {
  return std::all_of(address.bytes.begin(), address.bytes.end(), [](auto b) { return b == 0; });
}

/// RFC 4291, 2.5.5.2.
Address unmapped(const Address& address) {
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  const auto& bytes = address.bytes;
  if (address.family != Address::Family::ipv6) return address;
  if (!std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) return address;
  return Address::ipv4(bytes[12], bytes[13], bytes[14], bytes[15], address.port);
}

}  // namespace

std::optional<Address> endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  const std::optional<Address> address = Address::parse(text.substr(0, colon), port);
  if (!address || is_any(*address)) return std::nullopt;
  return unmapped(*address);
}

std::vector<Address> address_list(std::string_view text) {
  std::vector<Address> found;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view one = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (const auto address = Address::parse(one)) {
      found.push_back(unmapped(*address));
    } else if (const auto with_port = endpoint(one)) {
      found.push_back(*with_port);
    }
  }
  return found;
}

}  // namespace rill::exports
