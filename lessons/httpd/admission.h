// Admission: how many connections are served at a time, in all and for each client.
//
// In all: beyond Limits::connections nobody is accepted. Who comes then waits in the kernel's
// backlog and is served, in order, as soon as somebody leaves, which the deadlines see to. That is
// what Apache and HAProxy do; a 503 would only make clients come back, and cost the most when there
// is the least to spend.
// For each client: beyond Limits::connections_per_client a connection is accepted and turned away
// with 429 (RFC 6585 section 4), so that one client cannot take the places of all others. A client
// is an IPv4 address, or the first 64 bits of an IPv6 address: who has one has them all (RFC 6177).
// Each worker counts by itself, as workers share nothing. Its share of the limit would be wrong the
// other way: the kernel spreads a client's connections by a hash, and a browser's six may all come
// to one worker of four, so a client that keeps to the limit would be turned away.
// Memory: one small entry for each client that is connected.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "lessons/httpd/limits.h"
#include "lessons/httpd/metrics.h"
#include "scheduler/address.h"
#include "scheduler/event.h"

namespace rill::httpd {

class Admission {
 public:
  /// Both must outlive it.
  Admission(const Limits& limits, Metrics& metrics);
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  using Client = std::array<std::uint8_t, 9>;  // family and address

  /// One connection's place; free again when destroyed.
  class Place {
   public:
    Place(Place&& other) noexcept
        : admission_(std::exchange(other.admission_, nullptr)),
          client_(other.client_),
          is_turned_away_(other.is_turned_away_) {}
    Place& operator=(Place&&) = delete;
    ~Place();
    /// The client has too many.
    bool is_turned_away() const { return is_turned_away_; }

   private:
    friend class Admission;
    Place(Admission& admission, const Client& client) : admission_(&admission), client_(client) {}

    Admission* admission_;
    Client client_;
    bool is_turned_away_ = false;
  };

  bool is_full() const { return open_ >= limits_.connections; }
  /// Suspends while it is full; not at all otherwise. For one task at a time: the acceptor.
  Task<> wait_for_room();
  /// For a connection that was accepted. Places must not outlive the admission.
  Place enter(const Address& client);

  std::size_t open_connections() const { return open_; }
  /// Those of them that are being turned away.
  std::size_t being_turned_away() const { return turned_away_; }
  /// Clients that have a place; always 0 when no client is limited.
  std::size_t known_clients() const { return clients_.size(); }

 private:
  void leave(const Place& place);

  const Limits& limits_;
  Metrics& metrics_;
  std::size_t open_ = 0;
  std::size_t turned_away_ = 0;
  std::map<Client, std::size_t> clients_;  // a tree: no choice of addresses makes it slow
  Event room_;
};

}  // namespace rill::httpd
