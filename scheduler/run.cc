// The life of a run, and the names of things. See run.h.
#include "scheduler/run.h"

#include "scheduler/task_ref.h"

namespace rill {

void detail::run_root(Task<> root, Backend& backend, const RunOptions& options) {
  if (root.is_empty()) refuse_moved_from("run()");
  Scheduler scheduler(backend, options);
  const TaskRef ref = TaskRef(scheduler.spawn(root, nullptr, 0)).named("main");
  scheduler.run(*ref.control());
}

}  // namespace rill
