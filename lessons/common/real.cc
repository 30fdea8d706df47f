// A run on real sockets: recorded or not, by one worker or several, started by hand or by a service
// manager. See worlds.h.
#include <mutex>
#include <optional>
#include <system_error>

#include "lessons/common/console.h"
#include "lessons/common/say.h"
#include "lessons/common/serve.h"
#include "lessons/common/style.h"
#include "lessons/common/trace_file.h"
#include "lessons/common/worlds.h"
#include "net/run.h"
#include "net/service/listening_socket.h"
#include "net/service/watchdog.h"
#include "net/service/workers.h"
#include "scheduler/record/recording_backend.h"

namespace rill::lesson {
namespace {

std::unique_ptr<Backend> chosen_backend(const std::string& name) {
  try {
    return make_backend(name);
  } catch (const UsageError& error) {
    throw UsageMistake(error.what());
  }
}

/// Puts a recorder around `backend`.
void wrap(std::optional<record::RecordingBackend>& recorder, Backend& backend,
          const Program& program, const Settings& settings,
          const std::vector<std::string>& arguments) {
  record::Header header;
  header.program = program.name;
  header.arguments = arguments;
  try {
    recorder.emplace(backend, settings.record, std::move(header));
  } catch (const UsageError& error) {
    throw UsageMistake(error.what());
  }
}

/// The one socket that the service manager opened for the program, if it did.
std::optional<ListeningSocket> inherited_socket(const ServiceManager& manager) {
  const std::vector<int>& fds = manager.inherited_fds();
  if (fds.empty()) return std::nullopt;
  if (fds.size() > 1) {
    throw UsageMistake(counted(fds.size(), "socket") +
                       " were passed (LISTEN_FDS), and this program " +
                       "serves one: leave one ListenStream= in the socket unit");
  }
  if (const int error = prepare_inherited(fds.front()); error != 0) {
    throw UsageMistake("the socket that was passed (LISTEN_FDS) is not one that listens for TCP " +
                       ("connections: " + std::generic_category().message(error)) +
                       "; the socket unit wants ListenStream=PORT and Accept=no");
  }
  return ListeningSocket(fds.front());
}

/// One that was killed leaves its port some milliseconds late: see wait_for_port().
void wait_for_predecessor(const Settings& settings) {
  try {
    wait_for_port(listen_address(settings.host, settings.port));
  } catch (const NetError&) {
    // No address: that is told when it is listened to.
  }
}

/// A listening socket for each worker.
std::vector<ListeningSocket> sockets_for_workers(const Settings& settings,
                                                 std::optional<ListeningSocket> inherited) {
  std::vector<ListeningSocket> sockets;
  try {
    if (!inherited)
      return listen_shared(listen_address(settings.host, settings.port), settings.workers);
    // Whoever is free takes the next connection from its one queue.
    while (sockets.size() + 1 < settings.workers) sockets.push_back(inherited->duplicate());
  } catch (const NetError& error) {
    refuse_to_listen(settings, error);
  }
  sockets.push_back(std::move(*inherited));
  return sockets;
}

/// What was used wrongly shows in a worker, when it opens a file or a port: the mistake is its
/// user's all the same, and told as with one worker.
class MistakeOfAll {
 public:
  Task<> watch(Task<> worker) {
    try {
      co_await std::move(worker);
    } catch (const UsageMistake& mistake) {
      const std::lock_guard lock(mutex_);
      if (!first_) first_ = mistake;
      throw;
    }
  }
  /// After the last of them has ended.
  void rethrow() const {
    if (first_) throw UsageMistake(*first_);
  }

 private:
  std::mutex mutex_;
  std::optional<UsageMistake> first_;
};

void run_on_threads(const Program& program, const Settings& settings,
                    std::vector<ListeningSocket> sockets) {
  WorkerTally tally(settings.workers);
  std::vector<Settings> each(settings.workers, settings);  // read by a worker until it ends
  const Console shown = console();
  MistakeOfAll mistake;
  const auto run_worker = [&](Worker& worker) {
    console() = shown;  // each thread has its own
    Station& station = each[worker.index()].station;
    station.worker = worker.index();
    station.listening_fd = sockets[worker.index()].release();
    station.signals = &worker;
    station.tally = &tally;
    return mistake.watch(program.main(each[worker.index()]));
  };
  try {
    run_workers(settings.workers, [&] { return make_backend(settings.backend); }, run_worker);
  } catch (const WorkerFailure&) {
    mistake.rethrow();
    throw;
  }
  mention(tally.text());
}

}  // namespace

void run_real(const Program& program, const Settings& given,
              const std::vector<std::string>& arguments) {
  const ServiceManager manager = ServiceManager::from_environment();
  Watchdog watchdog(manager, given.workers);
  Settings settings = given;
  settings.station.manager = &manager;
  settings.station.watchdog = &watchdog;
  if (!settings.record.empty() && watchdog.is_wanted()) {
    throw UsageMistake("--record keeps no watchdog alive; leave out WatchdogSec= while it records");
  }
  const std::unique_ptr<Backend> backend = chosen_backend(settings.backend);
  std::optional<ListeningSocket> inherited;
  if (program.is_service) {
    inherited = inherited_socket(manager);
    if (!inherited) wait_for_predecessor(settings);
  }
  const TaskDumpOnSigquit dump;
  if (settings.workers > 1) {
    return run_on_threads(program, settings, sockets_for_workers(settings, std::move(inherited)));
  }
  if (inherited) settings.station.listening_fd = inherited->release();
  const bool is_traced = RunFiles::are_wanted(settings);
  if (settings.record.empty() && !is_traced) return run(program.main(settings), *backend);

  Backend* outermost = backend.get();
  std::optional<trace::TracingBackend> tracing;
  TraceFile trace;
  if (is_traced) {
    outermost = &tracing.emplace(*backend);
    trace.open(settings, program, *tracing);
  }
  std::optional<record::RecordingBackend> recorder;
  if (!settings.record.empty()) {
    wrap(recorder, *outermost, program, settings, arguments);
    outermost = &*recorder;
  }
  RunReport report;
  RunOptions options;
  options.report = &report;
  options.recorder = trace.recorder();
  std::exception_ptr failure;
  try {
    run(program.main(settings), *outermost, options);
  } catch (...) {
    failure = std::current_exception();
  }
  if (!recorder) report.fingerprint.clear();  // no run will ever have it again
  if (recorder) print("fingerprint: " + report.fingerprint + "\n");
  trace.end(report, failure);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace rill::lesson
