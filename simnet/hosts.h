// The hosts: their names, addresses and limits, and which addresses belong to whom.
//
// Addresses follow from the host's number, so that no table is needed to find a host by address.
// Invariant: host 0 exists; numbers are given in the order of adding and never change.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/backend.h"
#include "simnet/id_table.h"
#include "simnet/options.h"
#include "simnet/socket.h"

namespace rill::simnet {

struct Host {
  std::string name;
  const HostOptions* options;
  std::uint32_t descriptors = 0;  // open sockets
  std::uint16_t next_port = 0;    // where to look first for an ephemeral port; 0: the first
  std::uint16_t listeners = 0;
};

class Hosts {
 public:
  explicit Hosts(const HostOptions& options);

  /// Throws UsageError when the name is taken, or empty, or there are too many hosts (2^24 - 3).
  HostId add(std::string_view name, const HostOptions* options);
  void set_options(HostId host, const HostOptions& options);
  /// Throws UsageError, naming `call`, if there is no such host.
  void check(HostId host, const char* call) const;

  Host& operator[](HostId host) { return hosts_[host]; }
  const Host& operator[](HostId host) const { return hosts_[host]; }
  std::size_t size() const { return hosts_.size(); }
  /// kNoHost if there is none.
  HostId find(std::string_view name) const;

  static Address address(HostId host, AddressKind kind, std::uint16_t port);

  struct Place {
    HostId host = kNoHost;  // none has this address
    AddressKind kind{};
  };
  /// Who has `address`, as seen from host `from`. The unspecified address means loopback, as in
  /// Linux.
  Place find(const Address& address, HostId from) const;

 private:
  const HostOptions* keep(const HostOptions& options);

  std::vector<Host> hosts_;
  std::deque<HostOptions> options_;
  IdTable names_;
};

/// Which of a host's addresses a listener may bind: "0.0.0.0" is both of IPv4, "::" all four (a
/// socket of IPv6 takes IPv4 too unless told otherwise: ipv6(7), IPV6_V6ONLY). 0: not one of its
/// addresses.
std::uint8_t kinds_to_bind(const Address& at, HostId host);

}  // namespace rill::simnet
