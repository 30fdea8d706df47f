// One run, and what became of it. See run_once.h.
#include "simnet/explore/run_once.h"

#include <system_error>

#include "scheduler/deadlock.h"
#include "scheduler/run.h"
#include "simnet/explore/world.h"

namespace rill::simnet {
namespace {

using Cause = RunResult::Cause;

class ClaimsWatch final : public StepWatcher {
 public:
  explicit ClaimsWatch(const Simulation& simulation) : simulation_(simulation) {}
  void on_step() override { simulation_.check_invariants(); }
  void on_end() override { simulation_.check_goals(); }

 private:
  const Simulation& simulation_;
};

/// The first line without its numbers: the same failure at another time has others.
std::string essence(std::string_view text) {
  std::string result;
  for (const char c : text.substr(0, text.find('\n'))) {
    if (c < '0' || c > '9')
      result += c;
    else if (result.empty() || result.back() != 'N')
      result += 'N';
  }
  return result;
}

Task<> root(const Scenario& scenario, Simulation& simulation) { co_await scenario(simulation); }

void fail(RunResult& result, RunResult::Cause cause, std::string sentence, std::string details) {
  result.verdict = RunResult::Verdict::failed;
  result.cause = cause;
  result.sentence = std::move(sentence);
  result.details = std::move(details);
}

bool network_broke_something(const RunResult& result) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (result.faults[i] > 0 && is_error(static_cast<Fault>(i))) return true;
  }
  return false;
}

/// Who waits for a peer that will never say a word.
bool is_excused_by_silence(const RunResult& result, const ExploreOptions& options) {
  const std::uint64_t deaths = result.faults[static_cast<std::size_t>(Fault::silent_death)];
  return deaths > 0 && !options.must_outlive_silence;
}

}  // namespace

RunResult run_once(const Scenario& scenario, const ExploreOptions& options, World world,
                   const Plan& plan, Oracle& oracle, RunObserver* observer) {
  const NetworkOptions drawn_world = draw_world(world, options, oracle);
  Network network(drawn_world);
  Simulation simulation(network, plan);
  ClaimsWatch watch(simulation);
  RunReport report;
  RunOptions run_options;
  run_options.stop_with_root = options.stop_with_root;
  run_options.idle_is_ok = true;
  run_options.oracle = &oracle;
  run_options.trace_sink = observer;
  if (observer != nullptr) {
    observer->on_world(network);
    run_options.recorder = observer->recorder();
  }
  run_options.most_steps_at_one_instant = options.most_steps;
  run_options.most_steps = options.most_steps;
  run_options.most_time = options.faults_last + options.heals_within;
  run_options.step_watcher = &watch;
  run_options.report = &report;

  RunResult result;
  std::exception_ptr error;
  try {
    run(root(scenario, simulation), network, run_options);
  } catch (...) {
    error = std::current_exception();
  }
  if (observer != nullptr) observer->on_report(report);
  for (std::size_t i = 0; i < kFaults; ++i) {
    result.faults[i] = network.fault_count(static_cast<Fault>(i));
  }
  result.fingerprint = report.fingerprint;
  result.steps = report.steps;
  result.events = report.events;
  result.elapsed = report.elapsed;
  result.world = describe_world(drawn_world, options.network);
  result.drawn = simulation.drawn();
  result.sometimes = simulation.sometimes_seen();
  if (!error) return result;
  try {
    std::rethrow_exception(error);
  } catch (const Violation& violation) {
    fail(result, Cause::claim, violation.sentence(), violation.what());
  } catch (const Deadlock& deadlock) {
    fail(result, Cause::deadlock, "every task waits, and nothing can happen any more",
         deadlock.what());
    if (is_excused_by_silence(result, options)) result.verdict = RunResult::Verdict::tolerated;
  } catch (const NoProgress& endless) {
    fail(result, Cause::endless, essence(endless.what()), endless.what());
    if (is_excused_by_silence(result, options)) result.verdict = RunResult::Verdict::tolerated;
  } catch (const std::system_error& failure) {
    fail(result, Cause::error, essence(failure.what()), failure.what());
    if (!options.errors_are_failures && network_broke_something(result)) {
      result.verdict = RunResult::Verdict::tolerated;
    }
  } catch (const std::exception& failure) {
    fail(result, Cause::error, essence(failure.what()), failure.what());
  } catch (...) {
    fail(result, Cause::error, "an exception that is not a std::exception", "");
  }
  return result;
}

}  // namespace rill::simnet
