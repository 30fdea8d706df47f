// Addresses of a trace, out of its texts.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "scheduler/address.h"

namespace rill::exports {

/// "10.0.0.3:49152" or "[::1]:80"; an IPv4 address in the clothes of IPv6 (::ffff:10.0.0.3) comes
/// as IPv4. Nothing for anything else, and for "any" (0.0.0.0, ::).
std::optional<Address> endpoint(std::string_view text);

/// "10.0.0.2,fd00::2": those that are addresses.
std::vector<Address> address_list(std::string_view text);

}  // namespace rill::exports
