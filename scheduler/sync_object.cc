// See sync_object.h.
#include "scheduler/sync_object.h"

#include "scheduler/scheduler.h"

namespace rill {

void SyncObject::tell(SyncDeed deed, std::uint64_t count, std::uint64_t of,
                      std::source_location where, const TaskControl* target) {
  Scheduler* const scheduler = Scheduler::recorded();
  if (scheduler == nullptr) return;
  EventDetail detail;
  detail.object = this;
  detail.of = of;
  detail.where = where;
  detail.target = target;
  Trace& trace = scheduler->context().trace;
  trace.set_detail(detail);
  trace.tell_recorder(EventKind::sync, static_cast<std::uint64_t>(deed), count);
}

}  // namespace rill
