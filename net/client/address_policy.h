// Which addresses are out on the internet: for programs that fetch what strangers ask them to.
//
//   options.allows_address = http::is_public;
//
// Against "server-side request forgery": a URL, a redirect or a name that leads to the program's
// own machine, its neighbours, or the metadata service of its cloud (169.254.169.254).
#pragma once

#include "scheduler/address.h"

namespace rill::http {

/// Whether the address is reachable from everywhere, by the registries of special-purpose addresses
/// (RFC 6890, iana.org/assignments/iana-ipv4-special-registry and -ipv6-). False for private,
/// shared, loopback, link-local, multicast, documentation, benchmarking and reserved ones, and for
/// IPv6 outside 2000::/3. An address that carries an IPv4 one (::ffff:0:0/96, 64:ff9b::/96, 6to4)
/// is as public as that.
bool is_public(const Address& address);

}  // namespace rill::http
