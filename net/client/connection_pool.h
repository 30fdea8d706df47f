// How many connections there may be, and those that wait for the next request to the same origin.
//
// A Lease is the right to one connection to an origin (scheme, host and port). Where there are
// limits, whoever comes when all are leased waits; leases go out in the order of asking, first for
// the origin and then for the whole, so that a slow host holds up nobody else. By return, exception
// or kill, a lease goes back when it is destroyed; it may outlive the pool.
// Invariants: a pooled connection has been read to the end of its last response and holds no byte
// beyond it. Leased and idle connections together stay within the limits: an idle one of the same
// origin is used before a new one is made, and one of another origin is closed to make room.
// Whether the server has closed an idle one meanwhile cannot be known before it is used: the next
// request may fail on it and must then be sent once more on a new one (RFC 9112 9.3.1). No timers,
// no tasks: connections that have been idle too long are dropped when somebody looks.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/connection.h"
#include "scheduler/semaphore.h"
#include "scheduler/time.h"

namespace rill::http {

struct PoolLimits {
  std::size_t most_connections = 0;           ///< leased and idle; 0: no limit
  std::size_t most_connections_per_host = 0;  ///< the same for each origin
  std::size_t most_idle = 64;                 ///< over all origins; 0: none is kept
  Duration idle_limit = seconds(15);          ///< none is used again after that
};

class ConnectionPool {
  struct Host;
  using Hosts = std::map<std::string, Host*, std::less<>>;

 public:
  explicit ConnectionPool(const PoolLimits& limits);
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  class Lease {
   public:
    const std::string& origin() const { return origin_; }

   private:
    friend class ConnectionPool;
    explicit Lease(std::string origin) : origin_(std::move(origin)) {}

    std::string origin_;
    std::shared_ptr<Host> host_;  // before its permit, so that it goes after it
    std::optional<Semaphore::Permit> of_host_;
    std::optional<Semaphore::Permit> of_all_;
  };

  /// Suspends until there is one to have; not at all where there are no limits.
  Task<Lease> lease(std::string origin);
  /// An idle connection to the lease's origin, the one used last. Nothing: there is none, and there
  /// is room for a new one.
  std::optional<Connection> take(const Lease& lease);
  /// Keeps `connection` for later; closes the one that has been idle longest if there are too many.
  void give_back(Lease lease, Connection connection);
  std::size_t idle() const { return idle_.size(); }

 private:
  /// An origin of which somebody has a lease, or waits for one.
  struct Host : std::enable_shared_from_this<Host> {
    Host(std::size_t most, std::shared_ptr<Hosts> all, std::string name);
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    ~Host();
    Semaphore permits;
    std::shared_ptr<Hosts> hosts;
    std::string origin;
  };
  struct Idle {
    std::string origin;
    Connection connection;
    Instant since;
  };

  std::shared_ptr<Host> host_of(const std::string& origin);
  void make_room();

  PoolLimits limits_;
  Semaphore permits_;             // of all, if there is a limit
  std::shared_ptr<Hosts> hosts_;  // shared with the leases, which may outlive the pool
  std::vector<Idle> idle_;        // the one used last at the end; few enough to look through
};

}  // namespace rill::http
