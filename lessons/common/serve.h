// serve: a whole server program, from the listening line to a graceful end.
//
//   co_await serve(settings, echoer);
//
// It listens at settings.host and port, announces that, runs handler(Connection) for each
// connection, and on SIGTERM or SIGINT stops accepting, lets open connections end within
// kDrainTime, closes what is left, and returns. A NetError in a handler ends that connection only
// and is counted; any other exception ends the server, which rethrows it. Killed, it takes its
// connections along.
#pragma once

#include "lessons/common/program.h"
#include "net/net.h"

namespace rill::lesson {

/// How long open connections may take to end after SIGTERM. Long enough for a reply under way;
/// short enough that nobody who presses Ctrl-C wonders.
inline constexpr Duration kDrainTime = milliseconds(500);

/// What a handler may want to know of its server. A handler that idles between requests
/// (keep-alive) looks at, or waits for, `stopping`, and leaves when it is set.
struct ServeState {
  Event stopping;
  ServerStatistics statistics;
};

/// The listener that the settings ask for. Throws UsageMistake, in a sentence, when the port is
/// taken or not allowed, or the host is no address of this machine.
Listener listen_as_told(const Settings& settings);

namespace detail {

/// What the tasks of one server share.
struct Serving {
  explicit Serving(Listener l, ServeState* given)
      : listener(std::move(l)), state(given != nullptr ? *given : own_state) {}

  /// From a catch block: ends the server with the current exception, the first one if there are
  /// several.
  void fail() {
    if (!failure) failure = std::current_exception();
    ending.set();
  }

  Listener listener;
  ServeState own_state;
  ServeState& state;
  Event ending;  ///< by a signal or a failure
  std::exception_ptr failure;
  Group connections;
  Group helpers;  ///< acceptor and signals; the first to go
};

template <class F>
Task<> handle(F& handler, Connection connection, Serving& serving) {
  try {
    co_await handler(std::move(connection));
  } catch (const NetError&) {
    ++serving.state.statistics.net_errors;
  } catch (...) {
    serving.fail();
  }
}

template <class F>
Task<> accept_all(F& handler, Serving& serving) {
  try {
    for (;;) {
      Connection connection = co_await serving.listener.accept();
      ++serving.state.statistics.accepted;
      serving.connections.spawn(handle<F>(handler, std::move(connection), serving));
    }
  } catch (...) {
    serving.fail();
  }
}

/// Announces, waits for the end, and makes it graceful.
Task<> serve_until_end(Serving& serving, TaskRef acceptor);

}  // namespace detail

/// Serves until SIGTERM or SIGINT. `handler` is copied into this frame; `state`, if given, must
/// outlive the call.
template <class F>
Task<> serve(const Settings& settings, F handler, ServeState* state = nullptr) {
  detail::Serving serving(listen_as_told(settings), state);
  TaskRef acceptor = serving.helpers.spawn(detail::accept_all<F>(handler, serving));
  acceptor.named("acceptor");
  co_await detail::serve_until_end(serving, acceptor);
}

}  // namespace rill::lesson
