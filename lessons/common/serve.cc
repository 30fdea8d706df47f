// The end of a server: by signal, gracefully; or by a failure. See serve.h.
#include "lessons/common/serve.h"

#include <cerrno>

#include "lessons/common/say.h"
#include "lessons/common/style.h"
#include "net/signal.h"

namespace rill::lesson {
namespace {

Task<> end_on_signal(detail::Serving& serving) {
  co_await signal({SIGTERM, SIGINT});
  serving.ending.set();
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
  serving.helpers.spawn(end_on_signal(serving)).named("signal");
  co_await null();  // first come, first served on real sockets: now a signal finds that one waiting
  announce_listening(serving.listener.address());
  co_await serving.ending.wait();
  if (serving.failure) std::rethrow_exception(serving.failure);
  co_await kill(acceptor);
  serving.listener.close();
  serving.state.stopping.set();
  const Outcome outcome = co_await timeout(kDrainTime, all_of(serving.connections));
  static_cast<void>(outcome);  // either way: what is left closes with the frame
  say(counted(serving.state.statistics.accepted, "connection") + " served");
  if (serving.failure) std::rethrow_exception(serving.failure);
}

}  // namespace detail
}  // namespace rill::lesson
