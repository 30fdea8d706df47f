// The end of a server: by signal, gracefully; or by a failure. See serve.h.
#include "lessons/common/serve.h"

#include <cerrno>

#include "lessons/common/say.h"
#include "lessons/common/style.h"
#include "net/signal.h"

namespace rill::lesson {
namespace {

void reload(ServeState& state) {
  state.reload_requested.set();
  state.reload_requested.clear();
}

/// The first SIGTERM or SIGINT ends the server; the next one meets nobody, and ends the process. A
/// SIGHUP must not do that, even during the drain. (In the simulator nobody dies of one.)
Task<> follow_signals(detail::Serving& serving) {
  for (;;) {
    const int number = co_await signal({SIGTERM, SIGINT, SIGHUP});
    if (number != SIGHUP) break;
    reload(serving.state);
  }
  serving.ending.set();
  while (serving.settings.is_real) {
    co_await signal(SIGHUP);
    reload(serving.state);
  }
}

Task<> all_of(Group& group) { co_await group.wait(); }

}  // namespace

Listener listen_as_told(const Settings& settings) {
  try {
    return Listener(settings.host, settings.port);
  } catch (const NetError& error) {
    const std::string port = "port " + std::to_string(settings.port);
    switch (error.error()) {
      case EADDRINUSE:
        throw UsageMistake(port + " is taken by another program; choose one with --port N, or " +
                           "--port 0 for any that is free");
      case EACCES:
        throw UsageMistake(port + " is for the system (below 1024 it takes root); choose one " +
                           "above with --port N");
      case EADDRNOTAVAIL:
      case EINVAL:
        throw UsageMistake("--host wants an address of this machine, such as 127.0.0.1 or ::1, " +
                           ("not '" + settings.host) + "'");
      default:
        throw;
    }
  }
}

namespace detail {

Task<> serve_until_end(Serving& serving, TaskRef acceptor) {
  serving.helpers.spawn(follow_signals(serving)).named("signal");
  co_await null();  // first come, first served on real sockets: now a signal finds that one waiting
  announce_listening(serving.listener.address());
  co_await serving.ending.wait();
  if (serving.failure) std::rethrow_exception(serving.failure);
  co_await kill(acceptor);
  serving.listener.close();
  serving.state.stopping.set();
  if (serving.state.on_stopping) serving.state.on_stopping();
  const Outcome outcome = co_await timeout(serving.settings.drain, all_of(serving.connections));
  static_cast<void>(outcome);  // either way: what is left closes with the frame
  say(counted(serving.state.statistics.accepted, "connection") + " served");
  if (serving.failure) std::rethrow_exception(serving.failure);
}

}  // namespace detail
}  // namespace rill::lesson
