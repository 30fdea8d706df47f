// Addresses are arithmetic; names are a table. See hosts.h.
#include "simnet/hosts.h"

#include "scheduler/fingerprint.h"
#include "scheduler/run_options.h"

namespace rill::simnet {
namespace {

constexpr std::uint32_t kLocalHostNumber = 0xFFFFFE;  // 10.255.255.254
constexpr std::uint32_t kMostHosts = kLocalHostNumber;

std::uint32_t low_bytes(const Address& address, std::size_t first, std::size_t end) {
  std::uint32_t number = 0;
  for (std::size_t i = first; i < end; ++i) number = number << 8 | address.bytes[i];
  return number;
}

bool is_zero(const Address& address, std::size_t first, std::size_t end) {
  for (std::size_t i = first; i < end; ++i) {
    if (address.bytes[i] != 0) return false;
  }
  return true;
}

std::uint64_t hash_of(std::string_view name) { return digest_bytes(name.data(), name.size()); }

}  // namespace

Hosts::Hosts(const HostOptions& options) {
  keep(options);
  add("local", nullptr);
}

HostId Hosts::add(std::string_view name, const HostOptions* options) {
  if (name.empty()) throw UsageError("a simulated host needs a name");
  if (find(name) != kNoHost || name == "localhost") {
    throw UsageError("there is a simulated host called '" + std::string(name) + "' already");
  }
  if (hosts_.size() >= kMostHosts) throw UsageError("too many simulated hosts");
  const auto host = static_cast<HostId>(hosts_.size());
  hosts_.push_back({std::string(name), options != nullptr ? keep(*options) : &options_.front()});
  names_.insert(hash_of(name), host);
  return host;
}

void Hosts::set_options(HostId host, const HostOptions& options) {
  hosts_[host].options = keep(options);
}

void Hosts::check(HostId host, const char* call) const {
  if (host < hosts_.size()) return;
  throw UsageError(std::string(call) + ": there is no simulated host number " +
                   std::to_string(host));
}

HostId Hosts::find(std::string_view name) const {
  return names_.find(hash_of(name), [&](HostId host) { return hosts_[host].name == name; });
}

/// Many hosts with the same options, added one after the other, share one copy.
const HostOptions* Hosts::keep(const HostOptions& options) {
  if (options_.empty() || options_.back() != options) options_.push_back(options);
  return &options_.back();
}

Address Hosts::address(HostId host, AddressKind kind, std::uint16_t port) {
  const std::uint32_t number = host == 0 ? kLocalHostNumber : host;
  if (kind == kLoopbackIpv4) return Address::loopback_ipv4(port);
  if (kind == kOwnIpv4) {
    return Address::ipv4(10, static_cast<std::uint8_t>(number >> 16),
                         static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number),
                         port);
  }
  Address address;
  address.family = Address::Family::ipv6;
  address.port = port;
  if (kind == kLoopbackIpv6) {
    address.bytes[15] = 1;
  } else {
    address.bytes[0] = 0xFD;
    for (std::size_t i = 0; i < 4; ++i) {
      address.bytes[15 - i] = static_cast<std::uint8_t>(number >> 8 * i);
    }
  }
  return address;
}

Hosts::Place Hosts::find(const Address& address, HostId from) const {
  if (address.family == Address::Family::ipv6 && is_zero(address, 0, 10) &&
      low_bytes(address, 10, 12) ==
          0xFFFF) {  // an IPv4 address in IPv6's clothes (RFC 4291, 2.5.5)
    return find(
        Address::ipv4(address.bytes[12], address.bytes[13], address.bytes[14], address.bytes[15]),
        from);
  }
  std::uint32_t number = 0;
  AddressKind kind;
  if (address.family == Address::Family::ipv4) {
    if (address.bytes[0] == 127 || is_zero(address, 0, 4)) return {from, kLoopbackIpv4};
    if (address.bytes[0] != 10) return {};
    number = low_bytes(address, 1, 4);
    kind = kOwnIpv4;
  } else {
    if (is_zero(address, 0, 15) && address.bytes[15] <= 1) return {from, kLoopbackIpv6};
    if (address.bytes[0] != 0xFD || !is_zero(address, 1, 12)) return {};
    number = low_bytes(address, 12, 16);
    kind = kOwnIpv6;
  }
  const HostId host = number == kLocalHostNumber ? 0 : number;
  if (number == 0 || host >= hosts_.size()) return {};
  return {host, kind};
}

std::uint8_t kinds_to_bind(const Address& at, HostId host) {
  if (at.family == Address::Family::ipv4 && is_zero(at, 0, 4)) return kOwnIpv4 | kLoopbackIpv4;
  if (at.family == Address::Family::ipv6 && is_zero(at, 0, 16)) {
    return kOwnIpv4 | kLoopbackIpv4 | kOwnIpv6 | kLoopbackIpv6;
  }
  for (const AddressKind kind : {kOwnIpv4, kLoopbackIpv4, kOwnIpv6, kLoopbackIpv6}) {
    if (Hosts::address(host, kind, at.port).bytes == at.bytes &&
        Hosts::address(host, kind, at.port).family == at.family) {
      return kind;
    }
  }
  return 0;
}

}  // namespace rill::simnet
