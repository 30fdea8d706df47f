// Hosts and ports as they stand in URLs and in the Host field (RFC 3986 3.2.2 and 3.2.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rill::http {

struct HostPort {
  std::string_view host;  ///< with the brackets of an IP literal, as written
  std::optional<std::uint16_t> port;
};

/// Takes "name", "name:8080", "10.0.0.1", "[::1]:80" apart. Nothing if the host is empty or no
/// reg-name, IPv4 address or IP literal, or if the port is no number from 1 to 65535. "name:" is
/// valid and has no port. User information ("user@") is not: RFC 9110 4.2.4 wants it refused.
std::optional<HostPort> parse_host_port(std::string_view text);

/// The one spelling of a host that parse_host_port() accepted: lower case, percent triplets decoded
/// where they need not be, IPv6 as in RFC 5952. Nothing if a name has bytes outside
/// [a-z0-9._-] then: no resolver knows it, and no Host field should carry it.
std::optional<std::string> normalise_host(std::string_view host);

}  // namespace rill::http
