// Semantics 6 and what else a program may do wrong: it ends with a sentence that says so, never
// with a crash or silence.
#include <memory>
#include <optional>
#include <thread>

#include "tests/scheduler/support.h"

using namespace rill;
using namespace rill::testing;

namespace {

Task<> nothing() { co_return; }

/// What `call` says when another thread makes it.
template <class F>
std::string on_another_thread(F call) {
  std::string message;
  std::thread thread([&] { message = message_of(call); });
  thread.join();
  return message;
}

}  // namespace

TEST_CASE("calls outside run() end with a sentence", "[misuse]") {
  CHECK_THAT(message_of([] { spawn(nothing()); }), contains("spawn() was called outside run()"));
  CHECK_THAT(message_of([] { now(); }), contains("now() was called outside run()"));
  CHECK_THAT(message_of([] { self(); }), contains("self() was called outside run()"));
  CHECK_THAT(message_of([] { dump_tasks(); }), contains("dump_tasks() was called outside run()"));
  CHECK_THAT(message_of([] {
               Group group;
               group.spawn(nothing());
             }),
             contains("Group::spawn() was called outside run()"));
  CHECK(blocks() == 0);
}

TEST_CASE("calls on another thread end with a sentence", "[misuse]") {
  const auto program = []() -> Task<> {
    Event event;
    Channel<int> channel(0);
    Group waiters;
    waiters.spawn([&event]() -> Task<> { co_await event.wait(); });
    waiters.spawn([&channel]() -> Task<> { co_await channel.pop(); });
    co_await null();
    CHECK_THAT(on_another_thread([&] { event.set(); }),
               contains("Event::set() was called outside run(), or on another thread"));
    CHECK_THAT(on_another_thread([&] { channel.close(); }), contains("Channel::close()"));
    CHECK_THAT(on_another_thread([] { spawn([]() -> Task<> { co_return; }); }),
               contains("spawn()"));
  };
  run_alone(program());
}

TEST_CASE("tasks of two runs do not know each other", "[misuse]") {
  const auto program = []() -> Task<> {
    const TaskRef here = spawn([]() -> Task<> { co_await sleep(1_s); });
    Group group;
    group.spawn([]() -> Task<> { co_await sleep(1_s); });
    std::string joined;
    std::string killed;
    std::string grouped;
    const auto stranger = [&]() -> Task<> {
      try {
        co_await join(here);
      } catch (const UsageError& error) {
        joined = error.what();
      }
      try {
        co_await kill(here);
      } catch (const UsageError& error) {
        killed = error.what();
      }
      grouped = message_of([&] { group.spawn(nothing()); });
    };
    std::thread other([&] {
      FakeBackend backend;
      run(stranger(), backend);
    });
    other.join();
    CHECK_THAT(joined, contains("join() got a task of another run"));
    CHECK_THAT(killed, contains("kill() got a task of another run"));
    CHECK_THAT(grouped, contains("Group::spawn() got a task of another run"));
    co_return;
  };
  run_alone(program(), {.stop_with_root = true});
}

TEST_CASE("a run inside a run is refused, and the outer one goes on", "[misuse]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    FakeBackend inner;
    out(message_of([&] { run(nothing(), inner); }));
    co_await null();
    out("goes on");
  };
  run_alone(program(log));
  CHECK(
      log.take() ==
      "run() was called inside run() on the same thread: spawn or await the task instead, goes on");
}

TEST_CASE("a backend is in one run at a time", "[misuse]") {
  FakeBackend backend;
  const auto program = [&backend]() -> Task<> {
    CHECK_THAT(on_another_thread([&] { run(nothing(), backend); }),
               contains("run() got a backend that is in another run"));
    co_return;
  };
  run(program(), backend);
  run(nothing(), backend);  // one after the other is fine
}

TEST_CASE("a Task that was moved from is refused by whoever gets it", "[misuse]") {
  const auto program = []() -> Task<> {
    Task<> task = nothing();
    co_await std::move(task);
    std::string message;
    try {
      co_await std::move(task);
    } catch (const UsageError& error) {
      message = error.what();
    }
    CHECK(message == "co_await got a Task that was moved from: a Task is awaited or spawned once");
    CHECK_THAT(message_of([&] { spawn(std::move(task)); }), contains("spawn() got a Task"));
    CHECK_THAT(message_of([&] { (void)timeout(1_s, std::move(task)); }),
               contains("timeout() got a Task"));
    const auto give_empty = [&task]() -> Task<> { return std::move(task); };
    const TaskRef child = spawn(give_empty);
    try {
      co_await join(child);
    } catch (const UsageError& error) {
      message = error.what();
    }
    CHECK_THAT(message, contains("co_await got a Task"));
  };
  run_alone(program());
  Task<int> moved = []() -> Task<int> { co_return 1; }();
  const Task<int> taken = std::move(moved);
  FakeBackend backend;
  CHECK_THAT(message_of([&] { run(std::move(moved), backend); }),
             contains("got a Task that was moved from"));
}

TEST_CASE("a Task that is dropped before it ran is destroyed with its arguments", "[misuse]") {
  Log log;
  const auto program = [](Log& out) -> Task<> {
    {
      const Task<> dropped = park(out, "never runs");
      const Task<> argument = [](Guard) -> Task<> { co_return; }(Guard(out, "argument"));
    }
    out("dropped");
    co_return;
  };
  run_alone(program(log));
  CHECK(log.take() == "~argument, dropped");
}

TEST_CASE("a root that is killed leaves no value, and run says so", "[misuse]") {
  const auto program = []() -> Task<int> {
    co_await kill(self());
    co_return 1;
  };
  CHECK(message_of([&] { run_alone(program()); }) ==
        "the root task was killed before it returned a value");
}

TEST_CASE("a reference to a task may outlive its run", "[misuse]") {
  TaskRef ref;
  {
    FakeBackend backend;
    const auto program = [](TaskRef& out) -> Task<> {
      out = spawn([]() -> Task<> { co_await null(); }).named("child");
      co_return;
    };
    run(program(ref), backend);
  }
  CHECK(ref.has_ended());
  CHECK(ref.name() == "child");
  FakeBackend backend;
  const auto later = [](TaskRef old) -> Task<> {
    const Outcome outcome = co_await join(old);
    CHECK(outcome == Outcome::finished);
    co_await kill(old);
  };
  run(later(ref), backend);
  ref = TaskRef();
  CHECK(blocks() == 0);
}

TEST_CASE("what outlives its run closes quietly", "[misuse]") {
  FakeBackend backend;
  backend.simulated = true;
  run(nothing(), backend);
  CHECK_FALSE(backend.context().trace.enabled());
}
