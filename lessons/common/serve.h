// serve: a whole server program, from the listening line to a graceful end.
//
//   co_await serve(settings, echoer);
//
// It listens at settings.host and port, announces that, runs handler(Connection) for each
// connection, and on SIGTERM or SIGINT stops accepting, lets open connections end within
// kDrainTime, closes what is left, and returns. A NetError in a handler ends that connection only;
// any other exception fails the run, as in net/server.h.
#pragma once

#include "lessons/common/program.h"
#include "net/net.h"

namespace rill::lesson {

/// How long open connections may take to end after SIGTERM. Long enough for a reply under way;
/// short enough that nobody who presses Ctrl-C wonders.
inline constexpr Duration kDrainTime = milliseconds(500);

/// What a server wants to know about its end. A handler that idles between requests (keep-alive)
/// waits on, or looks at, `stopping`, and leaves when it is set.
struct ServeState {
  Event stopping;
  ServerStatistics statistics;
};

/// Suspends until SIGTERM or SIGINT.
Task<> stop_signal();

/// Listener of the settings: throws UsageMistake with a sentence when the port is taken or not
/// allowed, or the host is none of this machine's addresses.
Listener listen_as_told(const Settings& settings);

namespace detail {

template <class F>
Task<> handle(F& handler, Connection connection, ServerStatistics& statistics) {
  try {
    co_await handler(std::move(connection));
  } catch (const NetError&) {
    ++statistics.net_errors;
  }
}

template <class F>
Task<> accept_all(Listener& listener, F& handler, Group& connections,
                  ServerStatistics& statistics) {
  for (;;) {
    Connection connection = co_await listener.accept();
    ++statistics.accepted;
    connections.spawn(handle<F>(handler, std::move(connection), statistics));
  }
}

/// Says that it listens, waits for the signal, and ends the server gracefully.
Task<> until_signal(Listener& listener, TaskRef acceptor, Group& connections, ServeState& state);

}  // namespace detail

/// Serves until SIGTERM or SIGINT. `handler` is copied into this frame; `state`, if given, must
/// outlive the call.
template <class F>
Task<> serve(const Settings& settings, F handler, ServeState* state = nullptr) {
  ServeState own;
  ServeState& used = state != nullptr ? *state : own;
  Listener listener = listen_as_told(settings);
  Group connections;  // after handler, state and listener: no connection outlives them
  Group acceptors;
  TaskRef acceptor =
      acceptors.spawn(detail::accept_all<F>(listener, handler, connections, used.statistics))
          .named("acceptor");
  co_await detail::until_signal(listener, acceptor, connections, used);
}

}  // namespace rill::lesson
