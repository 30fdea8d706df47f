// Who looks on at a run: a StepWatcher, an Onlooker, and a backend that holds hosts at safe points.
#include <stdexcept>

#include "scheduler/onlooker.h"
#include "scheduler/trace.h"
#include "tests/scheduler/support.h"

using namespace rill;
using namespace rill::testing;

namespace {

struct Watcher final : StepWatcher {
  std::function<void()> at_step = [] {};
  std::function<void()> at_end = [] {};
  int ends = 0;

  void on_step() override { at_step(); }
  void on_end() override {
    ++ends;
    at_end();
  }
};

Task<> take_steps(int count) {
  for (int i = 1; i < count; ++i) co_await null();
}

/// What the run threw, and its report.
std::pair<std::string, RunReport> watch(Watcher& watcher, Task<> root) {
  FakeBackend backend;
  RunReport report;
  RunOptions options;
  options.step_watcher = &watcher;
  options.report = &report;
  try {
    run(std::move(root), backend, options);
  } catch (const std::runtime_error& error) {
    return {error.what(), report};
  }
  return {"", report};
}

}  // namespace

TEST_CASE("what a watcher throws after a step fails the run, and the step counts", "[watcher]") {
  Watcher watcher;
  int steps = 0;
  watcher.at_step = [&] {
    if (++steps == 3) throw std::runtime_error("enough");
  };
  const auto [error, report] = watch(watcher, take_steps(10));
  CHECK(error == "enough");
  CHECK(report.steps == 3);
  CHECK(steps == 3);
  CHECK(watcher.ends == 0);
}

TEST_CASE("a watcher hears of the end once, and can still fail the run", "[watcher]") {
  Watcher watcher;
  Instant end;
  watcher.at_end = [&] { end = now(); };
  const auto nap = []() -> Task<> { co_await sleep(1_s); };
  CHECK(watch(watcher, nap()).first.empty());
  CHECK(watcher.ends == 1);
  CHECK(end == Instant() + 1_s);
  watcher.at_end = [] { throw std::runtime_error("not what was wanted"); };
  CHECK(watch(watcher, nap()).first == "not what was wanted");
}

TEST_CASE("a host that is held takes no step from then on, also when nobody looked on so far",
          "[hosts]") {
  constexpr HostId kHost = 1;
  FakeBackend backend;
  bool is_held = false;
  backend.at_safe = [&](Scheduler& scheduler) {
    is_held = !is_held;
    is_held ? scheduler.hold_host(kHost) : scheduler.release_host(kHost);
  };
  int steps = 0;
  int steps_while_held = -1;
  const auto worker = [&]() -> Task<> {
    for (; steps < 5; ++steps) co_await null();
  };
  const auto root = [&]() -> Task<> {
    const TaskRef working = spawn_on(kHost, worker);
    co_await null();
    backend.context().wants_safe_point = true;
    const int before = steps;
    for (int i = 0; i < 3; ++i) co_await null();
    steps_while_held = steps - before;
    backend.context().wants_safe_point = true;
    co_await join(working);
  };
  run(root(), backend);
  CHECK(steps_while_held == 0);
  CHECK(steps == 5);
}

namespace {

struct Recorder final : TraceSink {
  void on_event(const TraceEvent& event) override { finished += event.kind == EventKind::finish; }
  int finished = 0;
};

struct Looking final : Onlooker {
  TraceSink* on_run(Backend& backend) override {
    backends.push_back(&backend);
    return wants ? &recorder : nullptr;
  }
  void on_report(const RunReport& report) override { steps.push_back(report.steps); }

  Recorder recorder;
  bool wants = true;
  std::vector<const Backend*> backends;
  std::vector<std::uint64_t> steps;
};

Task<> fail_after(int count) {
  co_await take_steps(count);
  throw std::runtime_error("done for");
}

}  // namespace

TEST_CASE("an onlooker records each run that has no recorder, also one that fails", "[watcher]") {
  FakeBackend backend;
  Recorder own;
  RunReport report;
  {
    Looking looking;
    run(take_steps(3), backend);
    CHECK(looking.recorder.finished == 1);
    CHECK_THROWS_WITH(run(fail_after(4), backend), "done for");
    run(take_steps(5), backend, {.recorder = &own});
    run(take_steps(6), backend, {.report = &report});
    CHECK(looking.steps == std::vector<std::uint64_t>{3, 4, 6});
    CHECK(looking.backends == std::vector<const Backend*>{&backend, &backend, &backend});
    CHECK(report.steps == 6);  // who asked for one has it, too
    CHECK(own.finished == 1);
    looking.wants = false;
    run(take_steps(7), backend);
    CHECK(looking.steps.size() == 3);
    CHECK(looking.recorder.finished == 2);
  }
  CHECK(Onlooker::of_this_thread() == nullptr);
  run(take_steps(2), backend);
}
