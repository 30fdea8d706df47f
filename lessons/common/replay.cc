// A recorded real run, again or made small. See worlds.h.
#include "scheduler/record/replay.h"

#include "lessons/common/console.h"
#include "lessons/common/trace_file.h"
#include "lessons/common/worlds.h"
#include "scheduler/record/replay_backend.h"
#include "scheduler/run.h"

namespace rill::lesson {

void run_replay(const Program& program, const Settings& settings,
                const record::Recording& recording) {
  record::ReplayBackend backend(recording);
  std::optional<trace::TracingBackend> tracing;
  TraceFile trace;
  if (!settings.trace.empty()) {
    tracing.emplace(backend, trace::TracingBackend::Inner::replay);
    trace.open(settings.trace, program, *tracing);
  }
  RunReport report;
  RunOptions options;
  options.report = &report;
  options.recorder = trace.recorder();
  std::exception_ptr failure;
  try {
    run(program.main(settings), tracing ? static_cast<Backend&>(*tracing) : backend, options);
  } catch (...) {
    failure = std::current_exception();
  }
  trace.end(report);
  print("fingerprint: " + report.fingerprint + "\n");
  if (failure) std::rethrow_exception(failure);
  if (report.fingerprint != backend.recorded_fingerprint()) {
    throw Failure("the program made the recorded calls, but its run is another: it had the " +
                  ("fingerprint " + backend.recorded_fingerprint()));
  }
}

void run_shrinking(const Program& program, const Settings& settings,
                   const record::Recording& recording) {
  console().is_silent = true;  // it runs again and again, and says the same each time
  record::Shrunk shrunk;
  try {
    shrunk = record::shrink_recording(recording, settings.shrink,
                                      [&] { return program.main(settings); });
  } catch (const UsageError& error) {
    throw UsageMistake(error.what());
  }
  console().is_silent = false;
  const auto some_of = [](std::uint64_t part, std::uint64_t whole) {
    return std::to_string(part) + " of " + std::to_string(whole);
  };
  print("it still fails: " + shrunk.message + "\n'" + settings.shrink + "' has " +
        some_of(shrunk.parts, shrunk.parts_before) + " connections and signals, and " +
        some_of(shrunk.entries, shrunk.entries_before) + " entries\n");
}

}  // namespace rill::lesson
