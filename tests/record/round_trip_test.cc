// A recorded run, again: the same fingerprint, and all that the program can see.
#include <unistd.h>

#include "net/fd.h"
#include "simnet/network.h"
#include "tests/record/recorded.h"
#include "tests/record/traffic.h"
#include "tests/testing/property.h"

namespace rill::testing {
namespace {

std::vector<Visit> visits_from(const std::vector<std::vector<std::uint8_t>>& numbers) {
  std::vector<Visit> visits;
  for (const std::vector<std::uint8_t>& of_visit : numbers) {
    Visit& visit = visits.emplace_back();
    for (const std::uint8_t n : of_visit) {
      visit.manner = static_cast<Visit::Manner>(n % 6);
      // Now and then more than a socket takes at once.
      visit.lines.emplace_back(n % 16 == 15 ? std::size_t{50'000} : n,
                               static_cast<char>('a' + n % 26));
    }
  }
  return visits;
}

RILL_PROPERTY("a recorded run of real sockets replays to the identical fingerprint",
              const std::vector<std::vector<std::uint8_t>>& numbers) {
  const std::vector<Visit> visits = visits_from(numbers);
  const ScratchFile file("round_trip.rec");
  Transcript recorded;
  Transcript replayed;
  const Ended before = record_run(file.path(), [&] { return traffic(visits, recorded); });
  const Ended after = replay_run(file.path(), [&] { return traffic(visits, replayed); });
  RC_ASSERT(before.error.empty());
  RC_ASSERT(after.error == before.error);
  RC_ASSERT(replayed == recorded);
  RC_ASSERT(after == before);
}

TEST_CASE("two hundred recorded runs of the same visits replay to their own fingerprints") {
  const std::vector<Visit> visits =
      visits_from({{1, 2, 3}, {7, 31}, {2}, {5, 3}, {40, 46, 4}, {5}});
  for (int i = 0; i < 200; ++i) {
    const ScratchFile file("many.rec");
    Transcript recorded;
    Transcript replayed;
    const Ended before = record_run(file.path(), [&] { return traffic(visits, recorded); });
    const Ended after = replay_run(file.path(), [&] { return traffic(visits, replayed); });
    REQUIRE(after.error.empty());
    REQUIRE(replayed == recorded);
    REQUIRE(after == before);
  }
}

TEST_CASE("the recording says what the fingerprint was") {
  const ScratchFile file("end.rec");
  Transcript transcript;
  const auto program = [&] { return traffic({{Visit::Manner::polite, {"hi"}}}, transcript); };
  const Ended before = record_run(file.path(), program);
  const record::Recording recording(file.path());
  record::ReplayBackend backend(recording);
  const Ended after = run_to_end(program(), backend);
  CHECK(before.fingerprint.size() == 32);
  CHECK(after.fingerprint == before.fingerprint);
  CHECK(backend.recorded_fingerprint() == before.fingerprint);
}

TEST_CASE("other bytes on the wire are another fingerprint") {
  const auto fingerprint = [](const std::string& line) {
    const ScratchFile file("bytes.rec");
    Transcript transcript;
    return record_run(file.path(),
                      [&] { return traffic({{Visit::Manner::polite, {line}}}, transcript); })
        .fingerprint;
  };
  CHECK(fingerprint("a") != fingerprint("b"));
}

TEST_CASE("a run that fails replays to the same failure") {
  const ScratchFile file("failing.rec");
  const auto program = []() -> Task<> {
    Listener listener("127.0.0.1", 0);
    Connection client = co_await connect(listener.address());
    Connection server = co_await listener.accept();
    server.reset();
    const std::string never = co_await client.recv(10);
  };
  const Ended before = record_run(file.path(), program);
  CHECK_THAT(before.error, contains("recv from 127.0.0.1:"));
  CHECK(replay_run(file.path(), program) == before);
}

TEST_CASE("names, pipes, the wall clock and two runs in one recording replay") {
  const ScratchFile file("others.rec");
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  std::vector<std::string> seen;
  const auto program = [&]() -> Task<> {
    const std::vector<Address> addresses = co_await resolve("localhost", 80);
    for (const Address& address : addresses) seen.push_back(to_string(address));
    co_await write_all(pipe_ends[1], "through a pipe");
    const std::string read_back = co_await rill::read(pipe_ends[0], 100);
    seen.push_back(read_back);
    seen.push_back(std::to_string(wall_clock().ns));
    try {
      Connection refused = co_await connect(Address::loopback_ipv4(1));
    } catch (const NetError& error) {
      seen.emplace_back(error.what());
    }
  };
  std::vector<Ended> before;
  {
    EpollBackend real;
    record::RecordingBackend recorder(real, file.path(), {.program = "test"});
    before.push_back(run_to_end(program(), recorder));
    before.push_back(run_to_end(program(), recorder));
  }
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
  const std::vector<std::string> recorded = std::exchange(seen, {});
  const record::Recording recording(file.path());
  record::ReplayBackend backend(recording);
  const std::vector<Ended> after{run_to_end(program(), backend), run_to_end(program(), backend)};
  CHECK(after == before);
  CHECK(before[0].error.empty());
  CHECK(seen == recorded);
  CHECK(seen.size() >= 8);
}

TEST_CASE("a simulated run can be recorded too") {
  const ScratchFile file("simulated.rec");
  const std::vector<Visit> visits = visits_from({{1, 2, 3}, {3}, {5, 3}, {40, 46, 4}});
  simnet::Network network;
  Transcript recorded;
  Transcript replayed;
  Ended before;
  {
    record::RecordingBackend recorder(network, file.path(), {.program = "test"});
    before = run_to_end(traffic(visits, recorded), recorder);
  }
  CHECK(replay_run(file.path(), [&] { return traffic(visits, replayed); }) == before);
  CHECK(replayed == recorded);
  CHECK(before.error.empty());
}

TEST_CASE("a simulated run whose hosts boot cannot be recorded, and says so") {
  const ScratchFile file("hosts.rec");
  simnet::Network network;
  const HostId host = network.add_host("server");
  network.boot(host, []() -> Task<> { co_return; });
  record::RecordingBackend recorder(network, file.path(), {.program = "test"});
  const auto program = []() -> Task<> { co_await sleep(1_s); };
  const Ended ended = run_to_end(program(), recorder);
  CHECK(ended.error.find("cannot be recorded") != std::string::npos);
}

}  // namespace
}  // namespace rill::testing
