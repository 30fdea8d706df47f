// Whoever reaches for the real world inside a simulated run is caught at the call, by name, at its
// source line; outside of simulated runs nothing is.
#include "simnet/guard/guard.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <random>
#include <thread>

#include "net/backends.h"
#include "scheduler/api.h"
#include "simnet/network.h"
#include "tests/testing/testing.h"

namespace rill::simnet {
namespace {

using testing::contains;

Task<> calls(const std::function<void()>& reach_out, bool& went_on) {
  co_await null();
  reach_out();
  co_await null();
  went_on = true;
}

void run_guarded(const std::function<void()>& reach_out) {
  Network network;
  bool went_on = false;
  try {
    run(
        [](const std::function<void()>& reach_out, bool& went_on) -> Task<> {
          spawn(calls(reach_out, went_on)).named("client");
          co_await sleep(1_ms);
        }(reach_out, went_on),
        network);
  } catch (...) {
    CHECK_FALSE(went_on);  // the run ended with the step
    throw;
  }
  CHECK(went_on);
}

/// What it throws must name the call, the file, and the task.
void check_caught(const std::string& call, const std::string& instead,
                  const std::function<void()>& reach_out) {
  INFO(call);
  std::string what = "nothing";
  try {
    run_guarded(reach_out);
  } catch (const RealWorldCall& error) {
    what = error.what();
  }
  CHECK_THAT(what, contains(call + " was called inside a simulated run, at "));
  CHECK_THAT(what, contains("tests/determinism/guard_test.cc:"));
  CHECK_THAT(what, contains(" by task #2 'client' after its await at "));
  CHECK_THAT(what, contains(": " + instead));
  reach_out();  // outside of a run it is allowed
}

volatile bool sink = false;  // so that no call is thought to be for nothing
template <class T>
void keep(const T& value) {
  sink = value == T{};
}

TEST_CASE("clocks are caught", "[guard]") {
  check_caught("std::chrono::system_clock::now()", "use rill::now()",
               [] { keep(std::chrono::system_clock::now()); });
  check_caught("std::chrono::steady_clock::now()", "use rill::now()",
               [] { keep(std::chrono::steady_clock::now()); });
  check_caught("time()", "use rill::now()", [] { keep(std::time(nullptr)); });
  check_caught("clock()", "use rill::now()", [] { keep(std::clock()); });
  check_caught("gettimeofday()", "use rill::now()", [] {
    timeval now{};
    gettimeofday(&now, nullptr);
    keep(now.tv_usec);
  });
  check_caught("clock_gettime()", "use rill::now()", [] {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    keep(now.tv_nsec);
  });
}

TEST_CASE("randomness is caught", "[guard]") {
  const std::string instead = "draw numbers from the run's seed";
  check_caught("std::random_device", instead, [] {
    std::random_device device;
    keep(device());
  });
  check_caught("rand()", instead, [] { keep(std::rand()); });
  check_caught("random()", instead, [] { keep(random()); });
  char byte = 0;
  check_caught("getrandom()", instead, [&] { keep(getrandom(&byte, 1, 0)); });
  check_caught("getentropy()", instead, [&] { keep(getentropy(&byte, 1)); });
  check_caught("open(\"/dev/urandom\")", instead, [&] {
    const int file = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    CHECK(read(file, &byte, 1) == 1);
    close(file);
  });
  check_caught("(\"/dev/urandom\")", instead, [&] {
    std::ifstream file("/dev/urandom");
    CHECK(file.get(byte));
  });
}

TEST_CASE("a thread, the environment and a sleep are caught", "[guard]") {
  check_caught("pthread_create() (std::thread)", "spawn() a task",
               [] { std::thread([] {}).join(); });
  check_caught("getenv()", "read it before run()", [] { keep(std::getenv("USER")); });
  check_caught("secure_getenv()", "read it before run()", [] { keep(secure_getenv("USER")); });
  const std::string instead = "co_await rill::sleep()";
  check_caught("nanosleep() (std::this_thread::sleep_for)", instead,
               [] { std::this_thread::sleep_for(std::chrono::nanoseconds(1)); });
  check_caught("usleep()", instead, [] { usleep(1); });
  check_caught("sleep()", instead, [] { keep(::sleep(0)); });
  check_caught("clock_nanosleep()", instead, [] {
    const timespec length{0, 1};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &length, nullptr);
  });
}

TEST_CASE("a caught sleep returns at once", "[guard]") {
  CHECK_THROWS_AS(run_guarded([] { std::this_thread::sleep_for(std::chrono::hours(24)); }),
                  RealWorldCall);
}

TEST_CASE("only the first call of a run is named", "[guard]") {
  RunReport report;
  Network network;
  CHECK_THROWS_WITH(run(
                        []() -> Task<> {
                          keep(std::getenv("USER"));
                          for (int i = 0; i < 100'000; ++i) keep(std::time(nullptr));
                          co_return;
                        }(),
                        network, {.report = &report}),
                    contains("getenv()"));
  CHECK(report.also_failed.empty());
}

TEST_CASE("other files are opened as ever", "[guard]") {
  run_guarded([] {
    std::ifstream file("/proc/self/stat");
    CHECK(file.get() > 0);
    const int null_device = open("/dev/null", O_WRONLY | O_CLOEXEC);
    CHECK(null_device >= 0);
    close(null_device);
    const std::string path = std::string("/tmp/rill_guard_test.") + std::to_string(getpid());
    const int created = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    CHECK(created >= 0);
    close(created);
    CHECK(unlink(path.c_str()) == 0);
  });
}

TEST_CASE("a call passes while the real world is fine, and no longer", "[guard]") {
  run_guarded([] {
    const RealWorldIsFine to_log;
    keep(std::time(nullptr));
  });
  CHECK_THROWS_AS(run_guarded([] {
                    {
                      const RealWorldIsFine to_log;
                    }
                    keep(std::time(nullptr));
                  }),
                  RealWorldCall);
}

TEST_CASE("a sink that looks at the clock is caught too", "[guard]") {
  struct Sink final : TraceSink {
    void on_event(const TraceEvent& event) override {
      if (event.kind == EventKind::spawn) keep(std::time(nullptr));
    }
  } sink;
  Network network;
  CHECK_THROWS_WITH(run([]() -> Task<> { co_await null(); }(), network, {.trace_sink = &sink}),
                    contains("by the scheduler's own loop"));
}

TEST_CASE("other threads, and runs on real sockets, are left alone", "[guard]") {
  std::thread other;
  run_guarded([&] {
    const RealWorldIsFine to_start_it;
    other = std::thread([] { keep(std::time(nullptr)); });
    other.join();
  });
  const auto backend = make_backend("epoll");
  run(
      []() -> Task<> {
        keep(std::time(nullptr));
        keep(std::getenv("USER"));
        co_await sleep(1_ms);
      }(),
      *backend);
}

}  // namespace
}  // namespace rill::simnet
