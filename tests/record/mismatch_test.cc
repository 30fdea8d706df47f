// A program that is not the recorded one: it is stopped at its first other call, and both sides are
// told.
#include "tests/record/recorded.h"

namespace rill::testing {
namespace {

using record::Mismatch;
using record::RecordingEnds;

/// One exchange over loopback, of which each test changes something.
struct Exchange {
  std::string request = "hello\n";
  std::size_t most_bytes = 100;
  Duration pause = milliseconds(1);
  bool closes_first = false;
  bool ends_early = false;
  bool looks_at_clock = false;
  int backlog = 16;
  int steps_after = 0;
  std::vector<std::string>* log = nullptr;
};

Task<> exchange(Exchange chosen) {
  Listener listener("127.0.0.1", 0, {.backlog = chosen.backlog});
  Connection client = co_await connect("127.0.0.1", listener.address().port);
  Connection server = co_await listener.accept();
  if (chosen.ends_early) co_return;
  if (chosen.closes_first) listener.close();
  if (chosen.looks_at_clock) static_cast<void>(now());
  co_await client.sendall(chosen.request);
  const std::string got = co_await server.recv(chosen.most_bytes);
  co_await sleep(chosen.pause);
  if (chosen.log != nullptr) chosen.log->push_back(got);
}

std::string replay_of(const Exchange& changed) {
  const ScratchFile file("mismatch.rec");
  REQUIRE(record_run(file.path(), [] { return exchange({}); }).error.empty());
  return replay_run(file.path(), [&] { return exchange(changed); }).error;
}

TEST_CASE("the same program replays without complaint") { CHECK(replay_of({}).empty()); }

TEST_CASE("other bytes of the same size are a mismatch, shown on both sides") {
  const std::string error = replay_of({.request = "hallo\n"});
  CHECK_THAT(error, contains("the program does something else than in the recording"));
  CHECK_THAT(error, contains("recorded: send of 6 bytes \"hello\\n\" on socket"));
  CHECK_THAT(error, contains("program:  send of 6 bytes \"hallo\\n\" on socket"));
  CHECK_THAT(error, contains("by task   #1 'main' at"));
  CHECK_THAT(error, contains("mismatch_test.cc:31"));
}

TEST_CASE("another size is a mismatch, shown with its bytes") {
  const std::string error = replay_of({.request = "hello again\n"});
  CHECK_THAT(error, contains("recorded: send of 6 bytes \"hello\\n\" on socket"));
  CHECK_THAT(error, contains("program:  send of 12 bytes \"hello again\\n\" on socket"));
}

TEST_CASE("bytes that differ only beyond what is shown are a mismatch") {
  const ScratchFile file("long.rec");
  const std::string same(5000, 'x');
  record_run(file.path(), [&] { return exchange({.request = same + "a"}); });
  const std::string error =
      replay_run(file.path(), [&] { return exchange({.request = same + "b"}); }).error;
  CHECK_THAT(error, contains("send of 5001 bytes \"xxxxxxxx"));
}

TEST_CASE("another order of calls is a mismatch") {
  const std::string error = replay_of({.closes_first = true});
  CHECK_THAT(error, contains("recorded: send of 6 bytes"));
  CHECK_THAT(error, contains("program:  close of socket"));
}

TEST_CASE("another wait, another bound and another listener are mismatches") {
  const std::string patience = replay_of({.pause = milliseconds(2)});
  CHECK_THAT(patience, contains("recorded: wait of up to"));
  CHECK_THAT(patience, contains("program:  wait of up to"));
  CHECK_THAT(replay_of({.most_bytes = 200}), contains("program:  recv of up to 200 bytes"));
  CHECK_THAT(replay_of({.backlog = 17}), contains("program:  listen on 127.0.0.1:0"));
  CHECK_THAT(replay_of({.looks_at_clock = true}), contains("program:  a look at the clock"));
}

TEST_CASE("a program that ends early is a mismatch too") {
  CHECK_THAT(replay_of({.ends_early = true}), contains("recorded: send of 6 bytes"));
}

TEST_CASE("nothing of the program runs on after the mismatch") {
  const ScratchFile file("stops.rec");
  std::vector<std::string> log;
  const auto program = [&](const std::string& request) -> Task<> {
    Group group;
    for (int i = 0; i < 3; ++i) {
      group.spawn([&log, i]() -> Task<> {
        for (int step = 0; step < 200; ++step) {
          log.push_back("task " + std::to_string(i));
          co_await null();
        }
      });
    }
    try {
      Listener listener("127.0.0.1", 0);
      Connection client = co_await connect(listener.address());
      log.emplace_back("main sends");
      co_await client.sendall(request);
      log.emplace_back("main has sent");
    } catch (const std::exception& error) {
      log.emplace_back(error.what());  // a replay that failed is nothing that a program can catch
    }
    co_await group.wait();
  };
  const std::string same = "hello";
  const std::string other = "other";
  record_run(file.path(), [&] { return program(same); });
  REQUIRE(log.size() == 602);
  log.clear();
  const Ended ended = replay_run(file.path(), [&] { return program(other); });
  CHECK_THAT(ended.error, contains("\"other\""));
  CHECK(log.size() < 602);
  CHECK(log.back() == "main sends");
}

TEST_CASE("a recording whose end is missing says so where it ends") {
  const ScratchFile file("cut.rec");
  std::vector<std::string> seen;
  record_run(file.path(), [&] { return exchange({.log = &seen}); });
  const std::string whole = file.read();
  int ends = 0;
  for (std::size_t size = whole.size() - 1; size > 100; size -= 7) {
    // Not the file cut off, which loses a chunk: an open chunk, as a dying process leaves it.
    record::Recording cut(whole.substr(0, size), "cut.rec");
    const Ended ended = replay_run(cut, [&] { return exchange({}); });
    CHECK_THAT(ended.error, contains("the recording 'cut.rec' ends here"));
    ++ends;
  }
  CHECK(ends > 0);
}

}  // namespace
}  // namespace rill::testing
