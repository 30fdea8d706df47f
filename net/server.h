// server: accept, and spawn a task for each connection.
//
//   co_await server("0.0.0.0", 4915, echoer);
//
// A NetError in a handler ends that connection and is counted; any other exception is a bug and
// fails the run. Connections are tasks of the server: when the server is killed, so are they.
#pragma once

#include <cstdint>
#include <exception>
#include <utility>

#include "net/listener.h"
#include "scheduler/group.h"

namespace rill {

struct ServerStatistics {
  std::uint64_t accepted = 0;
  std::uint64_t net_errors = 0;  ///< handlers that ended by a NetError
};

namespace detail {

template <class F>
Task<> handle_connection(F& handler, Connection connection, ServerStatistics* statistics) {
  try {
    co_await handler(std::move(connection));
  } catch (const NetError&) {
    if (statistics != nullptr) ++statistics->net_errors;
  } catch (...) {
    // Not left to the group: the server is in accept and would not hear of it.
    Scheduler& scheduler = Scheduler::current("server()");
    scheduler.fail(std::current_exception(), describe(*scheduler.running()));
  }
}

}  // namespace detail

/// Serves `listener` until it is closed or the task is killed. `handler` is called as
/// handler(Connection) and returns a Task<>; it is copied into the server's frame. `statistics`, if
/// given, must outlive it.
template <class F>
Task<> server(Listener listener, F handler, ServerStatistics* statistics = nullptr) {
  Group connections;  // after `handler`, so that no connection outlives it
  for (;;) {
    Connection connection = co_await listener.accept();
    if (statistics != nullptr) ++statistics->accepted;
    connections.spawn(detail::handle_connection<F>(handler, std::move(connection), statistics));
  }
}

/// The same from an address: see Listener for `host` and errors.
template <class F>
Task<> server(std::string host, std::uint16_t port, F handler,
              ServerStatistics* statistics = nullptr) {
  co_await server(Listener(host, port), std::move(handler), statistics);
}

}  // namespace rill
