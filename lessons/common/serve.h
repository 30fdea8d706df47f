// serve: a whole server program, from the listening line to a graceful end.
//
//   co_await serve(settings, echoer);
//
// It listens at settings.host and port, announces that, runs handler(Connection) for each
// connection, and on SIGTERM or SIGINT stops accepting, lets open connections end within
// settings.drain, closes what is left, and returns. A second one then has its usual effect and ends
// the process at once. SIGHUP asks the program to reload: ServeState::reload_requested. A NetError
// in a handler ends that connection only and is counted; it accepts patiently, as server() does
// (net/server.h); any other exception ends the server, which rethrows it. Killed, it takes its
// connections along.
//
// With --workers N the program runs N times, and this is one of them: see Station. A service
// manager (systemd) hears when it listens, reloads and stops, and that it is alive.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "lessons/common/program.h"
#include "net/net.h"

namespace rill::lesson {

/// What a program may want to know of its server, and to have a hand in. What is a function may be
/// empty.
struct ServeState {
  /// Awaited before each accept: where a program that has enough connections waits for one to end.
  /// Its exception ends the server.
  std::function<Task<>()> before_accept;
  Event listening;  ///< set as soon as that is announced
  /// Set when it stops. A handler that idles between requests (keep-alive) looks at it, or waits
  /// for it, and leaves.
  Event stopping;
  /// Set and cleared at once for each SIGHUP, also while it drains: whoever waits for it then is
  /// woken. No request is lost on a task that waits again before it suspends for anything else:
  ///   for (;;) {
  ///     co_await state.reload_requested.wait();
  ///     reopen_log();
  ///   }
  Event reload_requested;
  /// Called when it stops, after the last accept and before the wait for open connections; where a
  /// program closes those that are idle.
  std::function<void()> on_stopping;
  /// Called when settings.drain is over and connections are still open, which close next.
  std::function<void()> on_cut_off;
  ServerStatistics statistics;
};

/// The statistics of all workers of one server. add() may come from any thread.
class WorkerTally {
 public:
  explicit WorkerTally(unsigned workers) : workers_(workers) {}
  void add(unsigned worker, const ServerStatistics& statistics);
  /// "7 connections served by 2 workers (4 + 3)".
  std::string text() const;

 private:
  mutable std::mutex mutex_;
  std::vector<ServerStatistics> workers_;
};

/// The listener that the settings ask for. Throws UsageMistake, in a sentence, when the port is
/// taken or not allowed, or the host is no address of this machine.
Listener listen_as_told(const Settings& settings);

/// In that sentence: why `error` came of listening where the settings say. Rethrows others.
[[noreturn]] void refuse_to_listen(const Settings& settings, const NetError& error);

namespace detail {

/// What the tasks of one server share.
struct Serving {
  Serving(const Settings& s, ServeState* given)
      : settings(s), listener(listen_as_told(s)), state(given != nullptr ? *given : own_state) {}

  /// From a catch block: ends the server with the current exception, the first one if there are
  /// several.
  void fail() {
    if (!failure) failure = std::current_exception();
    ending.set();
  }
  /// The same of the acceptor; unless it only was told that the listener has been closed.
  void fail_to_accept();

  const Settings& settings;
  Listener listener;
  ServeState own_state;
  ServeState& state;
  Event ending;               ///< by a signal or a failure
  bool is_accepting = false;  ///< or about to try again: accept_patiently()
  std::exception_ptr failure;
  Group connections;
  Group helpers;  ///< acceptor and signals; the first to go
};

/// The life of a connection, to the end of what its handler does.
Task<> handle(Task<> handling, Serving& serving);

template <class F>
Task<> accept_all(F& handler, Serving& serving) {
  while (!serving.ending.is_set()) {
    try {
      if (serving.state.before_accept) co_await serving.state.before_accept();
      serving.is_accepting = true;
      Connection connection = co_await accept_patiently(serving.listener);
      serving.is_accepting = false;
      ++serving.state.statistics.accepted;
      Task<> handling = handler(std::move(connection));
      serving.connections.spawn(handle(std::move(handling), serving));
    } catch (...) {
      serving.fail_to_accept();
      co_return;
    }
  }
}

/// Announces, waits for the end, and makes it graceful.
Task<> serve_until_end(Serving& serving, TaskRef acceptor);

}  // namespace detail

/// Serves until SIGTERM or SIGINT. `handler` is called as handler(Connection) at each accept,
/// returns a Task<> that is the connection's own, and is copied into this frame; `settings` and
/// `state`, if given, must outlive the call.
template <class F>
Task<> serve(const Settings& settings, F handler, ServeState* state = nullptr) {
  detail::Serving serving(settings, state);
  TaskRef acceptor = serving.helpers.spawn(detail::accept_all<F>(handler, serving));
  acceptor.named("acceptor");
  co_await detail::serve_until_end(serving, acceptor);
}

}  // namespace rill::lesson
