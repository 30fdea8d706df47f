// See socket_address.h.
#include "net/posix/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace rill {

SocketAddress::SocketAddress(const Address& address) {
  // Through locals and memcpy: the storage must not be read under two types.
  if (address.family == Address::Family::ipv6) {
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(address.port);
    ipv6.sin6_scope_id = address.scope;
    std::memcpy(&ipv6.sin6_addr, address.bytes.data(), 16);
    std::memcpy(&storage, &ipv6, size_bytes = sizeof ipv6);
    return;
  }
  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(address.port);
  std::memcpy(&ipv4.sin_addr, address.bytes.data(), 4);
  std::memcpy(&storage, &ipv4, size_bytes = sizeof ipv4);
}

Address SocketAddress::address() const { return address_of(get(), size_bytes); }

Address address_of(const sockaddr* socket_address, socklen_t size_bytes) {
  Address address;
  sa_family_t family = AF_UNSPEC;
  if (size_bytes >= sizeof family) family = socket_address->sa_family;
  if (family == AF_INET && size_bytes >= sizeof(sockaddr_in)) {
    sockaddr_in ipv4;
    std::memcpy(&ipv4, socket_address, sizeof ipv4);
    address.family = Address::Family::ipv4;
    address.port = ntohs(ipv4.sin_port);
    std::memcpy(address.bytes.data(), &ipv4.sin_addr, 4);
  } else if (family == AF_INET6 && size_bytes >= sizeof(sockaddr_in6)) {
    sockaddr_in6 ipv6;
    std::memcpy(&ipv6, socket_address, sizeof ipv6);
    address.family = Address::Family::ipv6;
    address.port = ntohs(ipv6.sin6_port);
    address.scope = ipv6.sin6_scope_id;
    std::memcpy(address.bytes.data(), &ipv6.sin6_addr, 16);
    // ::ffff:10.0.0.1, an IPv4 peer of an inherited socket that takes both (RFC 4291 2.5.5.2): it
    // is one client by one name, whichever socket it came by.
    if (IN6_IS_ADDR_V4MAPPED(&ipv6.sin6_addr)) {
      address = Address::ipv4(0, 0, 0, 0, address.port);
      std::memcpy(address.bytes.data(), ipv6.sin6_addr.s6_addr + 12, 4);
    }
  }
  return address;
}

}  // namespace rill
