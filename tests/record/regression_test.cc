// Recordings as test data: a real run of a server with a bug is recorded, shrunk, and kept.
//
// testdata/line_sums.rec was made by the first test here, on real sockets with twelve clients: it
// is what is left of that run, and the second test is the regression test that came of it. To make
// it anew: run the first test with KEEP_RECORDING=/path/to/file in its environment.
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "scheduler/record/replay.h"
#include "tests/record/line_sums.h"
#include "tests/record/recorded.h"

namespace rill::testing {
namespace {

using record::Ending;

void tell_nobody(const Address& /*at*/) {}

Task<> buggy() { return add_lines_wrongly(tell_nobody); }
Task<> repaired() { return add_lines(tell_nobody); }

/// A client on a thread and a scheduler of its own, as in another process.
Task<> add_up(Address at, int client) {
  Connection connection = co_await connect(at);
  for (int i = 0; i < 3; ++i) {
    // The seventh pauses in the middle of its second number.
    const bool is_slow = client == 7 && i == 1;
    co_await connection.sendall(is_slow ? "4" : "42\n");
    if (is_slow) {
      co_await sleep(20_ms);
      co_await connection.sendall("2\n");
    }
    const std::string sum = co_await connection.readline();
    if (sum.empty()) co_return;
  }
}

Task<> add_up_and_forgive(Address at, int client) {
  try {
    co_await add_up(at, client);
  } catch (const NetError&) {  // the server dies of the seventh
  }
}

Task<> all_clients(Address at) {
  Group group;
  for (int client = 1; client <= 12; ++client) group.spawn(add_up_and_forgive(at, client));
  co_await group.wait();
}

TEST_CASE("a recording of a failure shrinks to the one connection that matters") {
  const ScratchFile file("line_sums.rec");
  const ScratchFile small("line_sums_small.rec");
  std::thread clients;
  const Ended before = record_run(file.path(), [&] {
    return add_lines_wrongly([&](Address at) {
      clients = std::thread([at] {
        EpollBackend backend;
        run(all_clients(at), backend);
      });
    });
  });
  clients.join();
  REQUIRE(before.error == "'4' is no line");

  const record::Recording recording(file.path());
  CHECK(replay_run(recording, buggy) == before);

  const record::Shrunk shrunk = record::shrink_recording(recording, small.path(), buggy);
  CHECK(shrunk.message == before.error);
  CHECK(shrunk.parts_before >= 7);
  CHECK(shrunk.parts == 1);
  CHECK(shrunk.entries < shrunk.entries_before / 3);
  CHECK(shrunk.entries < 40);

  const record::Replayed again = record::replay_recording(small.path(), buggy);
  CHECK(again.ending == Ending::failed);
  CHECK(again.message == before.error);
  if (const char* const keep = std::getenv("KEEP_RECORDING"))
    std::filesystem::copy(small.path(), keep, std::filesystem::copy_options::overwrite_existing);
}

constexpr const char* kKept = "tests/record/testdata/line_sums.rec";

TEST_CASE("regression: a number that comes in two pieces is one number") {
  // The kept run still shows the bug in the server as it was, ...
  const record::Replayed then = record::replay_recording(kKept, buggy);
  CHECK(then.ending == Ending::failed);
  CHECK(then.message == "'4' is no line");
  // ... and the repaired server survives the peer that caused it.
  const record::Replayed now = record::meet_recorded_peers(kKept, repaired);
  INFO(now.message);
  CHECK(now.survived());
}

TEST_CASE("the recorded peers fail a program that still has the bug") {
  const record::Replayed now = record::meet_recorded_peers(kKept, buggy);
  CHECK(now.ending == Ending::failed);
  CHECK(now.message == "'4' is no line");
}

TEST_CASE("a recording without a failure is nothing to shrink") {
  const ScratchFile file("fine.rec");
  const ScratchFile small("fine_small.rec");
  const auto program = []() -> Task<> { co_await sleep(1_ms); };
  record_run(file.path(), program);
  const record::Recording recording(file.path());
  CHECK_THROWS_WITH(record::shrink_recording(recording, small.path(), program),
                    contains("there is nothing to shrink"));
}

}  // namespace
}  // namespace rill::testing
