// Decides whether a call is one too many, and ends the run that made it. See guard.h.
#include "simnet/guard/catch.h"

#include <cerrno>
#include <exception>
#include <string>

#include "scheduler/scheduler.h"
#include "simnet/guard/caller.h"
#include "simnet/guard/guard.h"

namespace rill::simnet {
namespace {

/// Also raised while the guard itself works: it starts a process and reads its output.
constinit thread_local int real_world_is_fine = 0;

/// "task #3 'client' after its await at a.cc:9", or who else it was.
std::string who(const TaskControl* task) {
  if (task == nullptr) return "the scheduler's own loop (an oracle, a sink, a backend)";
  std::string text = "task " + describe(*task);
  if (task->leaf != nullptr && task->leaf->where.line() != 0) {
    const std::source_location& where = task->leaf->where;
    text += " after its await at ";
    text += where.file_name() + (":" + std::to_string(where.line()));
  }
  return text;
}

}  // namespace

RealWorldIsFine::RealWorldIsFine() { ++real_world_is_fine; }
RealWorldIsFine::~RealWorldIsFine() { --real_world_is_fine; }

bool guard::caught(const char* call, const char* instead, const void* from) noexcept {
  if (real_world_is_fine > 0 || !Scheduler::is_running()) return false;
  Scheduler& scheduler = Scheduler::current(call);
  if (!scheduler.backend().is_simulated()) return false;
  if (scheduler.has_failed()) return true;
  const int error_before = errno;
  const RealWorldIsFine here;
  const TaskControl* const task = scheduler.running();
  const std::string by = who(task);
  const RealWorldCall error(std::string(call) + " was called inside a simulated run, at " +
                            source_of(from) + " by " + by + ": " + instead);
  scheduler.fail(std::make_exception_ptr(error), by);
  errno = error_before;
  return true;
}

}  // namespace rill::simnet
