// The life of a run, and the names of things. See run.h.
#include "scheduler/run.h"

#include "scheduler/spawn.h"

namespace rill {

void detail::run_root(Task<> root, Backend& backend, const RunOptions& options) {
  if (root.is_empty()) refuse_moved_from("run()");
  Scheduler scheduler(backend, options);
  const TaskRef ref = spawn_frame(root, nullptr, nullptr).named("main");
  scheduler.run(*ref.control());
}

}  // namespace rill
