// One run of a scenario, in a world of its own, under an oracle: what a search repeats.
//
// The world is drawn too: latencies, buffers, how long a step takes, which faults are possible. So
// a world is a list of deviations like everything else. Invariant: the result is a function
// of scenario, options, plan and oracle.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scheduler/trace.h"
#include "simnet/explore/oracles.h"
#include "simnet/explore/simulation.h"

namespace rill::simnet {

/// Which faults a search may use.
enum class FaultClass : std::uint8_t {
  none,  ///< only order and time of a sound network
  time,  ///< what a program sees as time: losses, stalls, cuts that heal, pauses, clocks that are
         ///< off, short reads and writes
  all,   ///< errors too: resets, refusals, names that fail; crashes of hosts that boot()
};

struct ExploreOptions {
  /// How many runs a search takes before it is content. RILL_SEEDS overrides it.
  std::uint64_t runs = 200;
  FaultClass faults = FaultClass::all;
  /// Whether latencies, buffers and the time of steps differ from run to run. If not, `network` is
  /// how they are.
  bool varies_network = true;
  NetworkOptions network = NetworkOptions();
  /// A std::system_error that nobody catches, in a run in which the network was told to break
  /// something, is the network's doing and no failure - unless this says so.
  bool errors_are_failures = false;
  /// A hang, in a run in which a peer fell silent for good (Fault::silent_death), is the network's
  /// doing too: only a program with timeouts of its own ends. This says that it has them.
  bool must_outlive_silence = false;
  /// End a run when its root task has ended, whatever else still goes on.
  bool stop_with_root = false;
  /// How long faults go on, in simulated time; then everything heals ...
  Duration faults_last = seconds(60);
  /// ... and within so much more the run must have ended.
  Duration heals_within = seconds(3600);
  /// A run that takes more steps than this loops.
  std::uint64_t most_steps = 1'000'000;
  /// How many steps the runs of the shrinker may take in all: those that loop are long.
  std::uint64_t shrink_steps = 50'000'000;
  /// Also try all schedules with at most so many deviations from the plain one.
  unsigned all_schedules_within = 0;
};

/// The world that a run starts with.
enum class World : std::uint8_t {
  plain,    ///< as ExploreOptions::network says; no faults
  calm,     ///< drawn latencies, buffers and steps; no faults
  swarm,    ///< and each fault is on for the whole run, or off
  all_on,   ///< and all faults are on
  planned,  ///< whatever the plan says; every fault can be asked for
};

struct RunResult {
  enum class Verdict : std::uint8_t { passed, failed, tolerated };
  enum class Cause : std::uint8_t {
    none,
    claim,     ///< something that the scenario demanded does not hold
    deadlock,  ///< every task waits
    endless,   ///< a bound of steps or of time was met
    error,     ///< any other exception
  };
  Verdict verdict = Verdict::passed;
  Cause cause = Cause::none;
  std::string sentence;  ///< what is wrong, in a line: two failures are the same if this is
  std::string details;   ///< the whole report
  std::string fingerprint;
  std::string world;  ///< what is out of the ordinary about it; empty if nothing
  std::uint64_t steps = 0;
  std::uint64_t events = 0;
  Duration elapsed;
  std::vector<Drawn> drawn;
  std::map<std::string, bool> sometimes;
  std::array<std::uint64_t, kFaults> faults{};
};

/// Looks on at a run, and knows the network that it happens in.
class RunObserver : public TraceSink {
 public:
  /// Before the first event. The network lives until after the last.
  virtual void on_world(const Network& network) { static_cast<void>(network); }
  /// Who wants to hear of the run's details too (RunOptions::recorder). Asked after on_world().
  virtual TraceSink* recorder() { return nullptr; }
  /// After the last event.
  virtual void on_report(const RunReport& report) { static_cast<void>(report); }
};

/// `plan` gives the seed and the paths of draws; the oracle its choices. `observer` may be null.
RunResult run_once(const Scenario& scenario, const ExploreOptions& options, World world,
                   const Plan& plan, Oracle& oracle, RunObserver* observer);

}  // namespace rill::simnet
