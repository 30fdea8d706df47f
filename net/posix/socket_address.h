// Address to and from the kernel's sockaddr. The only place that knows both.
#pragma once

#include <sys/socket.h>

#include "scheduler/address.h"

namespace rill {

struct SocketAddress {
  sockaddr_storage storage;
  socklen_t size_bytes = sizeof storage;

  /// Left unset: room for the kernel to fill in.
  SocketAddress() {}  // NOLINT(modernize-use-equals-default): `= default` would clear 128 bytes
  explicit SocketAddress(const Address& address);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  /// Family::none for what is neither IPv4 nor IPv6.
  Address address() const;
};

/// From any sockaddr of `size_bytes`, such as a name server's answer.
Address address_of(const sockaddr* socket_address, socklen_t size_bytes);

}  // namespace rill
