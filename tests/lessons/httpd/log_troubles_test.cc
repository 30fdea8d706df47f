// The logs of several workers on one disk: what is wrong is told once, and what was lost is summed.
#include "lessons/httpd/log_troubles.h"

#include <cerrno>

#include "scheduler/group.h"
#include "scheduler/run.h"
#include "simnet/network.h"
#include "tests/lessons/httpd/scripted_sink.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

/// A worker's log.
struct Worker {
  explicit Worker(LogTroubles& troubles) : log(sink, AccessFormat::common, metrics, troubles) {}
  void add_line() {
    Access access;
    access.status = 400;
    log.add(access);
  }
  ScriptedSink sink;
  Metrics metrics;
  AccessLog log;
};

/// Two of them, and what their operator is told.
struct Fixture {
  std::vector<std::string> told;
  LogTroubles troubles{[this](const std::string& sentence) { told.push_back(sentence); }};
  Worker one{troubles};
  Worker other{troubles};

  template <class F>
  void for_both(F act) {
    act(one);
    act(other);
  }
};

/// Runs `script` beside the writers of both.
template <class F>
void play(Fixture& fixture, F script) {
  simnet::Network network;
  run(
      [](Fixture& f, F& body) -> Task<> {
        Group writers;
        writers.spawn(f.one.log.write_lines());
        writers.spawn(f.other.log.write_lines());
        co_await body();
      }(fixture, script),
      network);
}

TEST_CASE("a full disk is told once, and when the last log works again", "[httpd][log]") {
  Fixture f;
  play(f, [&]() -> Task<> {
    f.for_both([](Worker& worker) {
      worker.sink.room_bytes = 0;
      worker.add_line();
    });
    co_await sleep(10_ms);
    CHECK(f.told.size() == 1);
    f.one.sink.room_bytes = SIZE_MAX;
    co_await sleep(2 * AccessLog::kRetry);
    CHECK(f.one.metrics.log_lines.value() == 1);
    CHECK(f.told.size() == 1);  // the other one is still at it
    f.other.sink.room_bytes = SIZE_MAX;
    co_await sleep(2 * AccessLog::kRetry);
  });
  REQUIRE(f.told.size() == 2);
  CHECK(f.told[0] == "access log: No space left on device; lines are lost until there is room");
  CHECK(f.told[1] == "access log: works again; 0 lines were lost");
}

TEST_CASE("what all logs have lost is told when the last one ends", "[httpd][log]") {
  Fixture f;
  play(f, [&]() -> Task<> {
    f.for_both([](Worker& worker) {
      worker.sink.room_bytes = 0;
      worker.add_line();
    });
    co_await f.one.log.close();
    CHECK(f.told.size() == 1);
    co_await f.other.log.close();
  });
  REQUIRE(f.told.size() == 2);
  CHECK(f.told[1] == "access log: 2 lines were lost");
}

TEST_CASE("a file that cannot be opened again is told once for each time", "[httpd][log]") {
  Fixture f;
  play(f, [&]() -> Task<> {
    for (std::size_t time = 1; time <= 2; ++time) {
      f.for_both([](Worker& worker) {
        worker.sink.reopen_error = EACCES;
        worker.log.reopen();
      });
      co_await sleep(10_ms);
      CHECK(f.told.size() == time);
    }
  });
  CHECK_THAT(f.told.at(0), testing::contains("goes on with the old one"));
}

}  // namespace
}  // namespace rill::httpd
