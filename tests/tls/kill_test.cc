// Kill, at any moment: nothing leaks, nobody hangs, what arrived is not lost, and a stream stays
// whole after a call on it was killed.
#include "scheduler/frame_pool.h"
#include "tests/testing/testing.h"
#include "tests/tls/simulated.h"

namespace rill::testing {
namespace {

/// A network slow enough that there are many moments: small segments, steps that take time.
SimulatedRun slow_run(std::uint64_t seed) {
  SimulatedRun how = rough_run(seed);
  how.network.step_cost = microseconds(50);
  return how;
}

TEST_CASE("an end that is killed at any moment leaks nothing, and the other end notices", "[tls]") {
  for (const bool server_dies : {false, true}) {
    int noticed = 0;
    int finished = 0;
    for (int moment = 0; moment < 250; ++moment) {
      const std::uint64_t frames_before = frame_pool.blocks_in_use();
      const std::string message = pattern_bytes(40'000);
      const auto talk = [&](Connection connection) -> Task<> {
        Group group;
        group.spawn([&]() -> Task<> {
          co_await connection.sendall(message);
          connection.shutdown_write();
        });
        const std::string got = co_await read_all(connection);
        CHECK((got == message));
        co_await group.wait();
      };
      const auto die = [&](End end) {
        return [&, end = std::move(end)](Connection connection) -> Task<> {
          co_await timeout(microseconds(10 * moment), end(std::move(connection)));
        };
      };
      const auto live = [&](End end) {
        return [&, end = std::move(end)](Connection connection) -> Task<> {
          try {
            co_await end(std::move(connection));
            ++finished;
          } catch (const NetError&) {
            ++noticed;
          }
        };
      };
      const End server = served(talk);
      const End client = visiting(talk);
      if (server_dies) {
        play_simulated(die(server), live(client), slow_run(1));
      } else {
        play_simulated(live(server), die(client), slow_run(1));
      }
      CHECK(frame_pool.blocks_in_use() == frames_before);
    }
    CHECK(noticed > 50);
    CHECK(finished > 0);  // when the kill came too late
  }
}

TEST_CASE("a reader that is killed again and again loses no byte", "[tls]") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const std::string message = pattern_bytes(60'000);
    play_simulated(
        served([&](Connection connection) -> Task<> { co_await connection.sendall(message); }),
        visiting([&](Connection connection) -> Task<> {
          std::string got;
          for (int round = 0;; ++round) {
            const auto limit = microseconds(30 + 70 * (round % 17));
            const auto read = [&]() -> Task<std::string> {
              std::string data = co_await connection.recv(5000);
              co_return data;
            };
            const std::optional<std::string> data = co_await timeout(limit, read());
            if (!data) continue;
            if (data->empty()) break;
            got += *data;
          }
          CHECK((got == message));
        }),
        slow_run(seed));
  }
}

TEST_CASE("what follows a killed sendall comes after a part of it, in whole records", "[tls]") {
  int torn = 0;
  const std::string message = pattern_bytes(5'000'000);  // more than buffers take
  for (int moment = 0; moment < 20; ++moment) {
    const std::string end = "and now something else";
    play_simulated(served([&](Connection connection) -> Task<> {
                     const auto send = [&]() -> Task<> { co_await connection.sendall(message); };
                     co_await timeout(microseconds(300 * moment), send());
                     co_await connection.sendall(end);
                   }),
                   visiting([&](Connection connection) -> Task<> {
                     std::string got = co_await read_all(connection);
                     REQUIRE(got.ends_with(end));
                     got.resize(got.size() - end.size());
                     CHECK((message.starts_with(got)));
                     if (got.size() < message.size()) ++torn;
                   }),
                   SimulatedRun());
  }
  CHECK(torn > 10);
}

TEST_CASE("a handshake that is given up closes its connection", "[tls]") {
  bool is_given_up = false;
  play_simulated(
      [&](Connection plain) -> Task<> {
        const std::optional<Connection> none =
            co_await timeout(2_s, tls_accept(std::move(plain), server_identity()));
        is_given_up = !none;
      },
      [](Connection connection) -> Task<> {
        co_await connection.sendall("\x16\x03");  // and then nothing
        const std::string end = co_await read_all(connection);
        CHECK(end.empty());
        CHECK(now() < Instant() + 3_s);
      });
  CHECK(is_given_up);
}

}  // namespace
}  // namespace rill::testing
