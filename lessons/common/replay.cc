// A recorded real run, again. See worlds.h.
#include "lessons/common/console.h"
#include "lessons/common/worlds.h"
#include "scheduler/record/replay_backend.h"
#include "scheduler/run.h"

namespace rill::lesson {

void run_replay(const Program& program, const Settings& settings,
                const record::Recording& recording) {
  record::ReplayBackend backend(recording);
  RunReport report;
  RunOptions options;
  options.report = &report;
  std::exception_ptr failure;
  try {
    run(program.main(settings), backend, options);
  } catch (...) {
    failure = std::current_exception();
  }
  print("fingerprint: " + report.fingerprint + "\n");
  if (failure) std::rethrow_exception(failure);
  if (report.fingerprint != backend.recorded_fingerprint()) {
    throw Failure("the program made the recorded calls, but its run is another: it had the " +
                  ("fingerprint " + backend.recorded_fingerprint()));
  }
}

}  // namespace rill::lesson
