// The life of a run, and the names of things. See run.h.
#include "scheduler/run.h"

#include "scheduler/onlooker.h"
#include "scheduler/spawn.h"

namespace rill {
namespace {

constinit thread_local Onlooker* the_onlooker = nullptr;

void run_tasks(Task<>& root, Backend& backend, const RunOptions& options) {
  Scheduler scheduler(backend, options);
  const TaskRef ref = detail::spawn_frame(root, nullptr, nullptr).named("main");
  scheduler.run(*ref.control());
}

/// Tells the onlooker, however a run ends.
struct Telling {
  Onlooker& onlooker;
  const RunReport& report;
  ~Telling() { onlooker.on_report(report); }
};

}  // namespace

Onlooker::Onlooker() : before_(the_onlooker) { the_onlooker = this; }
Onlooker::~Onlooker() { the_onlooker = before_; }
Onlooker* Onlooker::of_this_thread() { return the_onlooker; }

void detail::run_root(Task<> root, Backend& backend, const RunOptions& options) {
  if (root.is_empty()) refuse_moved_from("run()");
  Onlooker* const onlooker = options.recorder == nullptr ? the_onlooker : nullptr;
  TraceSink* const recorder = onlooker != nullptr ? onlooker->on_run(backend) : nullptr;
  if (recorder == nullptr) return run_tasks(root, backend, options);
  RunReport report;
  RunOptions looked_at = options;
  looked_at.recorder = recorder;
  if (looked_at.report == nullptr) looked_at.report = &report;
  const Telling telling{*onlooker, *looked_at.report};
  run_tasks(root, backend, looked_at);
}

}  // namespace rill
