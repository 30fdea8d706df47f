// The peers of a recorded run meet a program that was changed since.
#include <csignal>
#include <thread>

#include "net/signal.h"
#include "scheduler/record/replay.h"
#include "tests/record/recorded.h"

namespace rill::testing {
namespace {

using record::Ending;
using record::meet_recorded_peers;

/// Accepts one connection, reads it `most_bytes` at a time, and answers if it is to.
struct Reader {
  std::size_t most_bytes = 4096;
  std::string answer = {};
  int reads_after_end = 0;
  Duration pause = {};
  std::function<void(Address)> on_listening = [](Address) {};
};

Task<> read_one(Reader how, std::string& text) {
  Listener listener("127.0.0.1", 0);
  how.on_listening(listener.address());
  Connection connection = co_await listener.accept();
  for (;;) {
    const std::string data = co_await connection.recv(how.most_bytes);
    if (data.empty()) break;
    text += data;
    if (!how.answer.empty()) co_await connection.sendall(how.answer);
    co_await sleep(how.pause);
  }
  for (int i = 0; i < how.reads_after_end; ++i) {
    const std::string nothing = co_await connection.recv(100);
    CHECK(nothing.empty());
  }
}

Task<> say_twice(Address at) {
  Connection connection = co_await connect(at);
  co_await connection.sendall("once upon ");
  co_await sleep(10_ms);
  co_await connection.sendall("a time");
  connection.shutdown_write();
  const std::string nothing = co_await connection.recv(1);
}

/// The recording of a Reader that is visited by say_twice().
struct Recorded {
  Recorded() : file("peers.rec") {
    std::thread client;
    std::string text;
    Reader how;
    how.on_listening = [&](Address at) {
      client = std::thread([at] {
        EpollBackend backend;
        run(say_twice(at), backend);
      });
    };
    const Ended ended = record_run(file.path(), [&] { return read_one(how, text); });
    client.join();
    REQUIRE(ended.error.empty());
    REQUIRE(text == "once upon a time");
  }
  ScratchFile file;
};

TEST_CASE("peers send what they sent, to a program that reads or answers in another way") {
  const Recorded recorded;
  for (const Reader& how :
       {Reader{}, Reader{.most_bytes = 3}, Reader{.answer = "hm, "}, Reader{.pause = seconds(1)},
        Reader{.most_bytes = 1, .answer = "!", .reads_after_end = 2, .pause = milliseconds(3)}}) {
    std::string text;
    const auto met = meet_recorded_peers(recorded.file.path(), [&] { return read_one(how, text); });
    INFO(met.message);
    CHECK(met.ending == Ending::finished);
    CHECK(text == "once upon a time");
  }
}

TEST_CASE("the clock of recorded peers is theirs, and a second's sleep takes no time") {
  const Recorded recorded;
  Duration passed;
  std::string text;
  const auto met = meet_recorded_peers(recorded.file.path(), [&]() -> Task<> {
    const Instant start = now();
    co_await read_one({.pause = seconds(100)}, text);
    passed = now() - start;
  });
  CHECK(met.ending == Ending::finished);
  CHECK(passed >= seconds(200));
  CHECK(passed < seconds(201));
}

TEST_CASE("a program that outlives its recorded peers has survived them") {
  const Recorded recorded;
  std::string text;
  const auto met = meet_recorded_peers(recorded.file.path(), [&]() -> Task<> {
    co_await read_one({}, text);
    Listener again("127.0.0.1", 0);
    Connection nobody = co_await again.accept();
  });
  CHECK(met.ending == Ending::recording_ended);
  CHECK(met.survived());
  CHECK_THAT(met.message, contains("its peers have nothing more to say"));
}

TEST_CASE("what is closed is closed among recorded peers too") {
  const Recorded recorded;
  int waiting = 0;
  int later = 0;
  const auto met = meet_recorded_peers(recorded.file.path(), [&]() -> Task<> {
    Listener listener("127.0.0.1", 0);
    Connection connection = co_await listener.accept();
    connection.close();
    try {
      const std::string data = co_await connection.recv(100);
    } catch (const NetError& failed) {
      later = failed.error();
    }
    Group group;
    group.spawn([&]() -> Task<> {
      try {
        Connection second = co_await listener.accept();  // there was none
      } catch (const NetError& failed) {
        waiting = failed.error();
      }
    });
    co_await null();
    listener.close();
    co_await group.wait();
  });
  CHECK(met.ending == Ending::finished);
  CHECK(waiting == ECANCELED);
  CHECK(later == EBADF);
}

TEST_CASE("signals and refused connections come from the recording") {
  const ScratchFile file("signal.rec");
  std::vector<std::string> seen;
  const auto program = [&](bool is_real) -> Task<> {
    Group group;
    group.spawn([&]() -> Task<> {
      const int number = co_await signal({SIGUSR1, SIGUSR2});
      seen.push_back("signal " + std::to_string(number));
    });
    co_await null();
    if (is_real) ::raise(SIGUSR2);
    try {
      Connection refused = co_await connect(Address::loopback_ipv4(1));
    } catch (const NetError& error) {
      seen.emplace_back(error.what());
    }
    co_await group.wait();
  };
  REQUIRE(record_run(file.path(), [&] { return program(true); }).error.empty());
  std::vector<std::string> recorded = std::exchange(seen, {});
  REQUIRE(recorded.size() == 2);
  CHECK(meet_recorded_peers(file.path(), [&] { return program(false); }).survived());
  std::sort(recorded.begin(), recorded.end());
  std::sort(seen.begin(), seen.end());
  CHECK(seen == recorded);
}

}  // namespace
}  // namespace rill::testing
