// A lesson program: one coroutine that runs on the simulated network and on real sockets,
// unchanged, and what to say about it on the command line.
//
//   int main(int argc, char** argv) {
//     return run_program({.name = "echo", .about = "sends back whatever it gets", .port = 4915,
//                         .main = [](const Settings& chosen) { return serve(chosen, echoer); },
//                         .scenario = scenario},
//                        argc, argv);
//   }
//
// --sim (the default) builds a simnet::Network with a SeededOracle, runs `scenario` on it, and
// prints the story, what the program reported, and as the last line the fingerprint; the same seed
// prints the same bytes; --choose makes single decisions of it otherwise. --real runs `main` on
// real sockets; with --record FILE everything that the world answers goes into FILE, and --replay
// FILE runs `main` again, with the flags it had, on nothing but that. With --trace FILE, --view
// FILE and --pcap FILE, in either world, the run is left as events (docs/trace.md), a page
// (docs/viewer.md) and packets. Either way a mistake is one sentence on stderr, never an uncaught
// exception.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "lessons/common/command_line.h"
#include "net/backends.h"
#include "scheduler/choice.h"
#include "scheduler/task.h"
#include "scheduler/time.h"

namespace rill {
class ServiceManager;
class Watchdog;
class Worker;
}  // namespace rill

namespace rill::lesson {

class WorkerTally;
class World;

/// Wrong use, such as a folder that does not exist: what() is told as one sentence, exit code 2.
/// Throw it anywhere: in Program::check, main or scenario.
class UsageMistake : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The program ran and did not achieve its purpose: one sentence, exit code 1 - or 128 and the
/// number of the signal that ended it, as shells have it.
class Failure : public std::runtime_error {
 public:
  explicit Failure(const std::string& sentence, int exit_code = 1)
      : std::runtime_error(sentence), exit_code_(exit_code) {}
  int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

/// What serve() gets from whoever runs the program, and nobody types.
struct Station {
  unsigned worker = 0;                      ///< which of Settings::workers this is, from 0
  int listening_fd = -1;                    ///< a listening socket to take over; -1: open one
  Worker* signals = nullptr;                ///< whence signals come; null: from the system
  const ServiceManager* manager = nullptr;  ///< whom to tell how it goes; may be null
  Watchdog* watchdog = nullptr;             ///< may be null
  WorkerTally* tally = nullptr;  ///< where all workers' statistics come together, or null
};

/// What every program's command line decides.
struct Settings {
  bool is_real = false;                ///< --real; otherwise simulated
  std::uint64_t seed = 1;              ///< --seed N, of a simulated run
  std::vector<Choice> choices;         ///< --choose: what the seed does not decide there
  std::string backend{kUsualBackend};  ///< --backend, of a real run: "epoll", "uring", "auto"
  std::string host;        ///< --host; "127.0.0.1" on real sockets, "" (all) in the simulation
  std::uint16_t port = 0;  ///< --port
  /// --drain-timeout: how long open connections of a server may take to end after SIGTERM.
  Duration drain = milliseconds(500);
  /// --workers: so many times does the program run side by side, each with its Station: on threads
  /// of their own, or as tasks of the one simulated host.
  unsigned workers = 1;
  Station station;
  bool is_quiet = false;  ///< --quiet
  bool is_full = false;   ///< --full: a story that leaves nothing out
  std::string record;     ///< --record FILE, of a real run; empty: it is not recorded
  std::string shrink;     ///< --shrink FILE: where --replay puts the small recording of a failure
  std::string trace;      ///< --trace FILE: every event of the run goes there; empty: nowhere
  std::string view;       ///< --view FILE: the run as a page; empty: none
  std::string pcap;       ///< --pcap FILE: what went over connections, for Wireshark; empty: none
  std::string replay;     ///< --replay FILE: a recorded real run; all other settings are its own
};

struct Program {
  std::string name;   ///< as in ./rill run NAME
  std::string about;  ///< one line: what it does
  /// More for --help, and its closing examples: lines of "COMMAND   what one sees".
  std::string details = {};
  std::string examples = {};
  /// The default of --port. 0: not a server, so no --host and no --port.
  std::uint16_t port = 0;
  /// Whether it is a server that serve() runs: it has --workers and --drain-timeout, and takes over
  /// the socket of a service manager.
  bool is_service = false;
  /// The default of --drain-timeout. Long enough for a reply under way; short enough that nobody
  /// who presses Ctrl-C wonders.
  Duration drain = milliseconds(500);
  /// Flags of its own; may be empty.
  std::function<void(CommandLine&)> options = {};
  /// Called after the command line was read, before anything runs; may throw UsageMistake.
  std::function<void(const Settings&)> check = {};
  /// The program itself. On real sockets the whole run; ends when this and all it spawned end. With
  /// --workers N it is called N times, on N threads at once: what it makes is one worker's alone.
  std::function<Task<>(const Settings&)> main;
  /// Its simulated world: lays links, starts `main` on a host (World::start), plays the others. The
  /// run ends with it; whatever still runs then is killed. Empty: the program is alone, on "home".
  std::function<Task<>(World&)> scenario = {};
  /// How often, in percent, the simulated network cuts a stream where nobody expects it: segments
  /// that end early, short reads, short writes. Bytes are not messages, and seeds should show it.
  std::uint32_t cut_percent = 0;
  /// What --real suggests once it listens, such as "talk to it: nc {host} {port}"; may be empty.
  /// {address} is both, as in a URL.
  std::string hint = {};
  /// The one command that the story suggests to try next; "" is the same with the next seed.
  std::string next_command = {};
};

/// All of main(): reads the command line, runs, prints, and returns the exit code: 0 for success;
/// 1 when the program failed (Failure, NetError, Deadlock, any other exception); 2 for wrong use
/// (bad arguments, UsageMistake, a port that is taken).
int run_program(const Program& program, int argc, char** argv);

}  // namespace rill::lesson
