// Who listens where: the table of bound ports, with the queue of connections that wait for accept.
//
// A listener that was closed keeps its record for as long as a handshake refers to it. Invariant:
// the accept queue is chained through Socket::next and holds `length` sockets in order of arrival.
#pragma once

#include <cstdint>
#include <vector>

#include "simnet/id_table.h"
#include "simnet/socket.h"

namespace rill::simnet {

struct Listener {
  std::uint32_t socket = kNoSlot;
  HostId host = 0;
  std::uint16_t port = 0;
  Address bound;
  std::uint8_t kinds = 0;  // of AddressKind: where it is bound
  bool is_ipv6 = false;    // shows peers of IPv4 as ::ffff:a.b.c.d
  bool reuse_port = false;
  bool is_closed = false;
  std::uint32_t backlog = 0;
  std::uint32_t first = kNoSlot;  // the accept queue
  std::uint32_t last = kNoSlot;
  std::uint32_t length = 0;
  std::uint32_t handshakes = 0;  // sockets that will want to enter the queue
};

class Listeners {
 public:
  /// Whether a listener of `kinds` could be added: no other has one of its addresses, unless both
  /// share the port (SO_REUSEPORT).
  bool is_free(HostId host, std::uint16_t port, std::uint8_t kinds, bool reuse_port) const;
  std::uint32_t add(const Listener& listener);
  /// Which one takes a connection to (host, kind, port); kNoSlot if nobody listens. The most
  /// specific address wins; among several that share the port, `spread` chooses.
  std::uint32_t find(HostId host, std::uint16_t port, AddressKind kind, std::uint64_t spread) const;
  /// It listens no longer. The record goes once its last handshake is over.
  void close(std::uint32_t id);
  void end_handshake(std::uint32_t id);

  Listener& operator[](std::uint32_t id) { return listeners_[id]; }
  const Listener& operator[](std::uint32_t id) const { return listeners_[id]; }

 private:
  static std::uint64_t hash(HostId host, std::uint16_t port) {
    return scatter(std::uint64_t{host} << 16 | port);
  }
  void release_if_unused(std::uint32_t id);

  std::vector<Listener> listeners_;
  std::vector<std::uint32_t> unused_;
  IdTable table_;
};

}  // namespace rill::simnet
