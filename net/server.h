// server: accept, and spawn a task for each connection.
//
//   co_await server("0.0.0.0", 4915, echoer);
//
// A NetError in a handler ends that connection and is counted; any other exception is a bug and
// fails the run. Connections are tasks of the server: when the server is killed, so are they.
//
// An accept that fails does not end a server, as long as the listener is sound: see
// accept_patiently(), which is also for whoever accepts by a loop of his own.
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

/// The next connection of `listener`, which must outlive the call. Where accept fails for what
/// passes, it is made again: at once (after one step) if the connection was gone before it was
/// accepted, as ECONNABORTED and EPROTO say; after 100 ms, and for as long as it takes, if
/// descriptors or memory have run out (EMFILE, ENFILE, ENOMEM, ENOBUFS): nobody is turned away, who
/// waits in the backlog still waits. net/accept_failure.cc has the whole list.
/// Only a simulated network reports such errors; real backends wait them out by themselves, so
/// there this is accept(). (A simulated run in which no descriptor is ever given back goes on until
/// RunOptions::most_time.) Throws NetError for all others, for instance when the listener is
/// closed: "accept on 10.0.0.1:80 in task #2 'server': ...". Killed in accept, it loses nothing
/// (net/listener.h); killed in a pause, it leaves what has come in the backlog.
Task<Connection> accept_patiently(Listener& listener);

/// Serves `listener` until the task is killed, or accept_patiently() throws, which it rethrows.
/// `handler` is called as handler(Connection) and returns a Task<>; it is copied into the server's
/// frame. `statistics`, if given, must outlive it.
template <class F>
Task<> server(Listener listener, F handler, ServerStatistics* statistics = nullptr) {
  Group connections;  // after `handler`, so that no connection outlives it
  for (;;) {
    Connection connection = co_await accept_patiently(listener);
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
