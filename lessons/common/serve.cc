// The end of a server: by signal, gracefully; or by a failure. See serve.h.
#include "lessons/common/serve.h"

#include <unistd.h>

#include <cerrno>

#include "lessons/common/say.h"
#include "lessons/common/style.h"
#include "net/service/watchdog.h"
#include "net/service/workers.h"
#include "net/signal.h"

namespace rill::lesson {
namespace {

/// Tells the service manager, for all workers.
void tell(const Settings& settings, const std::string& lines) {
  const Station& station = settings.station;
  if (station.manager != nullptr && station.worker == 0) station.manager->notify(lines);
}

/// A terminal that is closed sends SIGHUP too, to end what it started.
bool has_terminal() { return isatty(STDIN_FILENO) == 1; }

Task<> reload(detail::Serving& serving) {
  const Station& station = serving.settings.station;
  const bool is_told = station.manager != nullptr && station.worker == 0;
  if (is_told) station.manager->notify_reloading();
  serving.state.reload_requested.set();
  serving.state.reload_requested.clear();
  co_await null();  // let it happen; also where nobody is told, or a replay would be another run
  if (is_told) tell(serving.settings, "READY=1");
}

/// The first SIGTERM or SIGINT ends the server; the next one meets nobody, and ends the process. A
/// SIGHUP must not do that, even during the drain.
Task<> follow_signals(detail::Serving& serving) {
  Worker* const source = serving.settings.station.signals;
  const bool had_terminal = serving.settings.is_real && has_terminal();
  for (;;) {
    int number = 0;
    if (source != nullptr) {
      number = co_await source->next_signal();
    } else {
      number = co_await signal({SIGTERM, SIGINT, SIGHUP});
    }
    if (number != SIGHUP || (had_terminal && !has_terminal())) break;
    co_await reload(serving);
  }
  serving.ending.set();
  for (;;) {
    if (source != nullptr) {
      co_await source->next_signal();  // there are no others any more
    } else {
      co_await signal(SIGHUP);
    }
    co_await reload(serving);
  }
}

Task<> beat(const Station& station) {
  for (;;) {
    station.watchdog->beat(station.worker);
    co_await sleep(station.watchdog->interval());
  }
}

Task<> all_of(Group& group) { co_await group.wait(); }

}  // namespace

void WorkerTally::add(unsigned worker, const ServerStatistics& statistics) {
  const std::lock_guard lock(mutex_);
  workers_[worker] = statistics;
}

std::string WorkerTally::text() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t all = 0;
  std::string parts;
  for (const ServerStatistics& worker : workers_) {
    all += worker.accepted;
    parts += (parts.empty() ? "" : " + ") + std::to_string(worker.accepted);
  }
  return counted(all, "connection") + " served by " + counted(workers_.size(), "worker") + " (" +
         parts + ")";
}

void refuse_to_listen(const Settings& settings, const NetError& error) {
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
      throw NetError(error);
  }
}

Listener listen_as_told(const Settings& settings) {
  ListenOptions options;
  options.reuse_port = settings.workers > 1;
  options.inherited_fd = settings.station.listening_fd;
  try {
    return Listener(settings.host, settings.port, options);
  } catch (const NetError& error) {
    refuse_to_listen(settings, error);
  }
}

namespace detail {

void Serving::fail_to_accept() {
  const bool was_accepting = std::exchange(is_accepting, false);
  if (!was_accepting || !ending.is_set()) fail();
}

Task<> handle(Task<> handling, Serving& serving) {
  try {
    co_await std::move(handling);
  } catch (const NetError&) {
    ++serving.state.statistics.net_errors;
  } catch (...) {
    serving.fail();
  }
}

Task<> serve_until_end(Serving& serving, TaskRef acceptor) {
  const Settings& settings = serving.settings;
  const Station& station = settings.station;
  serving.helpers.spawn(follow_signals(serving)).named("signal");
  co_await null();  // first come, first served on real sockets: now a signal finds that one waiting
  if (station.watchdog != nullptr && station.watchdog->is_wanted()) {
    serving.helpers.spawn(beat(station)).named("watchdog");
  }
  const Address address = serving.listener.address();
  if (station.worker == 0 || !settings.is_real) announce_listening(address);
  serving.state.listening.set();
  tell(settings, "READY=1\nSTATUS=Listening on " + to_string(address));
  co_await serving.ending.wait();
  if (serving.failure) std::rethrow_exception(serving.failure);
  tell(settings, "STOPPING=1\nSTATUS=Waiting for open connections to end");
  // Not by kill while it is in accept: a connection that has just come would be closed unheard. Nor
  // in a pause, which is short.
  serving.listener.close();
  if (serving.is_accepting) {
    co_await join(acceptor);
  } else {
    co_await kill(acceptor);
  }
  serving.state.stopping.set();
  if (serving.state.on_stopping) serving.state.on_stopping();
  const Outcome outcome = co_await timeout(settings.drain, all_of(serving.connections));
  // Either way what is left closes with the frame.
  if (outcome == Outcome::timed_out && serving.state.on_cut_off) serving.state.on_cut_off();
  if (station.tally != nullptr) {
    station.tally->add(station.worker, serving.state.statistics);
  } else {
    mention(counted(serving.state.statistics.accepted, "connection") + " served");
  }
  if (serving.failure) std::rethrow_exception(serving.failure);
}

}  // namespace detail
}  // namespace rill::lesson
