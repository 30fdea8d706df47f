// See child.h. Handlers run on a stack of their own, since the other one may be what overflowed.
#include "lessons/school/child.h"

#include <execinfo.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <string>

#include "lessons/school/sanitizer.h"
#include "scheduler/scheduler.h"
#include "scheduler/trace/last_words.h"

namespace rill::school {
namespace {

/// A step takes microseconds; a second is a thousand times more than the longest honest one.
constexpr int kMostTicks = 4;
constexpr suseconds_t kTickMicroseconds = 250'000;  // of this process's own time on a processor
constexpr rlim_t kMostBytes = rlim_t{1} << 30;
constexpr std::size_t kStackBytes = std::size_t{256} << 10;

Progress* progress = nullptr;
std::uint64_t steps_at_tick = 0;
int ticks_in_step = 0;

/// Allocates, which a handler should not: what it interrupted may hold the allocator. Then this
/// never returns, and the parent goes on without a table.
void note_table() {
  if (!Scheduler::is_running()) return;
  const std::string table = Scheduler::current("the guardian").dump_tasks();
  std::memcpy(progress->wreck.table, table.data(),
              std::min(table.size(), sizeof progress->wreck.table - 1));
}

[[noreturn]] void leave(int signal) {
  trace::write_last_words();
  Wreck& wreck = progress->wreck;
  wreck.frames = backtrace(wreck.stack, Wreck::kMostFrames);
  wreck.signal = signal;
  note_table();
  _exit(kWrecked);
}

void on_crash(int signal) {
  if (progress->wreck.signal != 0) _exit(kWrecked);  // in the handler itself
  leave(signal);
}

void on_tick(int signal) {
  const std::uint64_t steps = progress->steps.load(std::memory_order_relaxed);
  if (steps != steps_at_tick || !Scheduler::is_running()) {
    steps_at_tick = steps;
    ticks_in_step = 0;
    return;
  }
  if (++ticks_in_step == kMostTicks) leave(signal);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_ONSTACK | SA_RESTART;
  sigaction(signal, &action, nullptr);
}

}  // namespace

void note_wrecks(Progress& shared) {
  progress = &shared;
  static std::array<char, kStackBytes> stack;
  const stack_t alternative = {.ss_sp = stack.data(), .ss_flags = 0, .ss_size = stack.size()};
  sigaltstack(&alternative, nullptr);
  void* warm_up[1];
  backtrace(warm_up, 1);  // loads what it needs now, not in a handler (backtrace(3))
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) handle(signal, on_crash);
  handle(SIGPROF, on_tick);
  const itimerval tick = {{0, kTickMicroseconds}, {0, kTickMicroseconds}};
  setitimer(ITIMER_PROF, &tick, nullptr);
  if (!kHasSanitizer) {  // whose shadow memory is far beyond any bound
    const rlimit bound = {kMostBytes, kMostBytes};
    setrlimit(RLIMIT_DATA, &bound);
  }
}

}  // namespace rill::school
