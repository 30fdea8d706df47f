// Connections that have carried a response and wait for the next request to the same host.
//
// Invariant: a pooled connection has been read to the end of its last response and holds no byte
// beyond it. Whether the server has closed it meanwhile cannot be known before it is used: the next
// request may fail on it and must then be sent once more on a new one (RFC 9112 9.3.1). No timers,
// no tasks: connections that have been idle too long are dropped when somebody looks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/connection.h"
#include "scheduler/time.h"

namespace rill::http {

class ConnectionPool {
 public:
  /// At most `most_idle` connections are kept, over all hosts, and none is used again after
  /// `idle_limit`.
  ConnectionPool(std::size_t most_idle, Duration idle_limit)
      : most_idle_(most_idle), idle_limit_(idle_limit) {}

  /// An idle connection to `host` ("name:port"), the one used last; nothing if there is none.
  std::optional<Connection> take(std::string_view host);
  /// Keeps `connection` for later; closes the one that has been idle longest if there are too many.
  void give_back(std::string_view host, Connection connection);
  std::size_t size() const { return idle_.size(); }

 private:
  struct Idle {
    std::string host;
    Connection connection;
    Instant since;
  };

  std::size_t most_idle_;
  Duration idle_limit_;
  std::vector<Idle> idle_;  // the one used last at the end; few enough to look through
};

}  // namespace rill::http
