// How long the scheduler takes for what it does most: to start a task, to give way, to sleep, to
// call.
//
// Usage: sched TEST N TASKS, a subject of /work/shared/bench/run_peers --subject sched='... {test}
// {n} {tasks}'. It prints one line of JSON with the operations and the nanoseconds they took, by
// the clock and of this process; 3 is its exit code for a test that it lacks, 2 for bad arguments.
//   spawn  N tasks that return at once are started and joined, TASKS at a time
//   yield  N times a task gives way to the others, of which there are TASKS in all
//   sleep  N tasks sleep at once, each for a random time within a second
//   call   N times a coroutine awaits a child that returns at once
#include <time.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "net/run.h"
#include "scheduler/api.h"

namespace {

using rill::Task;
using rill::TaskRef;

constexpr int kBadArguments = 2;
constexpr int kUnknownTest = 3;

std::uint64_t nanoseconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

/// From its making to report(): what the operations cost.
class Stopwatch {
 public:
  void report(std::string_view test, std::uint64_t operations, std::uint64_t tasks) const {
    const auto wall_ns = nanoseconds_of(CLOCK_MONOTONIC) - wall_ns_;
    const auto cpu_ns = nanoseconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns_;
    std::printf(
        "{\"test\":\"%.*s\",\"ops\":%llu,\"tasks\":%llu,"
        "\"wall_ns\":%llu,\"cpu_ns\":%llu}\n",
        static_cast<int>(test.size()), test.data(), static_cast<unsigned long long>(operations),
        static_cast<unsigned long long>(tasks), static_cast<unsigned long long>(wall_ns),
        static_cast<unsigned long long>(cpu_ns));
  }

 private:
  std::uint64_t cpu_ns_ = nanoseconds_of(CLOCK_PROCESS_CPUTIME_ID);
  std::uint64_t wall_ns_ = nanoseconds_of(CLOCK_MONOTONIC);
};

void expect(std::uint64_t counted, std::uint64_t wanted) {
  if (counted == wanted) return;
  std::fprintf(stderr, "sched: %llu operations instead of %llu\n",
               static_cast<unsigned long long>(counted), static_cast<unsigned long long>(wanted));
  std::abort();
}

// Not inlined, as in the programs that it is compared with: there must be something to call.
[[gnu::noinline]] Task<> count_one(std::uint64_t* counter) {
  ++*counter;
  co_return;
}

Task<> spawn_and_join(std::uint64_t n, std::uint64_t in_flight) {
  std::uint64_t counter = 0;
  std::vector<TaskRef> tasks;
  tasks.reserve(in_flight);
  for (std::uint64_t started = 0; started < n; started += in_flight) {
    for (std::uint64_t i = 0; i < in_flight; ++i) tasks.push_back(rill::spawn(count_one(&counter)));
    for (TaskRef& task : tasks) co_await rill::join(std::move(task));
    tasks.clear();
  }
  expect(counter, n);
}

Task<> give_way(std::uint64_t times) {
  for (; times > 0; --times) co_await rill::null();
}

Task<> give_way_together(std::uint64_t n, std::uint64_t tasks) {
  for (std::uint64_t i = 0; i < tasks; ++i) rill::spawn(give_way(n / tasks));
  co_return;
}

Task<> sleep_once(rill::Instant until, std::uint64_t* counter) {
  co_await rill::sleep(until - rill::now());
  ++*counter;
}

/// The lengths of all programs that are compared: one generator, one seed (Numerical Recipes'
/// linear congruence), upper 24 bits of 32 as a fraction of a second.
class Lengths {
 public:
  rill::Duration next() {
    state_ = state_ * 1664525u + 1013904223u;
    return rill::nanoseconds(static_cast<std::int64_t>((state_ >> 8) * 1'000'000'000ull >> 24));
  }

 private:
  std::uint32_t state_ = 12345;
};

Task<> sleep_together(std::uint64_t n) {
  std::uint64_t woken = 0;
  Lengths lengths;
  const rill::Instant start = rill::now();
  {
    rill::Group sleepers;
    for (std::uint64_t i = 0; i < n; ++i) {
      sleepers.spawn(sleep_once(start + lengths.next(), &woken));
    }
    co_await sleepers.wait();
  }
  expect(woken, n);
}

Task<> call_children(std::uint64_t n) {
  std::uint64_t counter = 0;
  for (std::uint64_t i = 0; i < n; ++i) co_await count_one(&counter);
  expect(counter, n);
}

bool parse(const char* text, std::uint64_t& number) {
  const std::string_view digits(text);
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
  return error == std::errc() && end == digits.end() && number > 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t n = 0;
  std::uint64_t tasks = 0;
  if (argc != 4 || !parse(argv[2], n) || !parse(argv[3], tasks)) {
    std::fprintf(stderr, "usage: %s spawn|yield|sleep|call N TASKS\n", argv[0]);
    return kBadArguments;
  }
  const std::string_view test = argv[1];
  const Stopwatch stopwatch;
  if (test == "spawn") {
    rill::run(spawn_and_join(n, tasks));
  } else if (test == "yield") {
    rill::run(give_way_together(n, tasks));
  } else if (test == "sleep") {
    rill::run(sleep_together(n));
  } else if (test == "call") {
    rill::run(call_children(n));
  } else {
    std::printf("{\"skip\":true}\n");
    return kUnknownTest;
  }
  stopwatch.report(test, n, tasks);
}
