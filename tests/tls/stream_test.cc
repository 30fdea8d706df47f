// Streams with TLS on the simulated network: what arrives, what does not, and what is told.
#include <array>

#include "tests/testing/testing.h"
#include "tests/tls/simulated.h"

namespace rill::testing {
namespace {

constexpr std::array kVersions = {TlsVersion::tls_1_2, TlsVersion::tls_1_3};

End served_with(TlsVersion version, End end) {
  return with_tls(server_identity("server", only(version)), std::move(end));
}

Task<> expect_cut_off(Connection connection, std::string& got) {
  try {
    for (;;) {
      const std::string data = co_await connection.recv(4096);
      if (data.empty()) break;
      got += data;
    }
    FAIL_CHECK("the stream was taken for whole");
  } catch (const TlsError& error) {
    CHECK(error.fault() == TlsFault::cut_off);
    CHECK(error.error() == ECONNRESET);
    CHECK(!connection.eof());
  }
  // Once is for ever.
  bool fails_again = false;
  try {
    co_await connection.recv(1);
  } catch (const TlsError&) {
    fails_again = true;
  }
  CHECK(fails_again);
}

TEST_CASE("a stream that ends without goodbye was cut off, wherever the cut is", "[tls]") {
  for (const TlsVersion version : kVersions) {
    std::size_t most = 0;
    for (std::size_t kept = 0; kept < 3200; kept += 17) {  // a key of ML-KEM is 1088 of them
      std::string got;
      const std::string message = pattern_bytes(900);
      const End server = served_with(version, [&](Connection connection) -> Task<> {
        co_await connection.sendall(message.substr(0, 400));
        co_await connection.sendall(message.substr(400));
        co_await read_all(connection);
      });
      // The handshake passes; of what comes then, the first `kept` bytes do.
      const Path back = [kept](Connection& from, Connection& to) -> Task<> {
        co_await sleep(1_s);
        for (std::size_t left = 600 + kept; left > 0;) {
          const std::optional<std::string> data = co_await timeout(
              1_s, [&]() -> Task<std::string> { co_return co_await from.recv(left); }());
          if (!data) break;
          co_await to.sendall(*data);
          left -= data->size();
        }
      };
      play_simulated(in_the_middle(server, back), [&](Connection plain) -> Task<> {
        try {
          Connection connection =
              co_await tls_connect(std::move(plain), trusting_client(), "server");
          co_await expect_cut_off(std::move(connection), got);
        } catch (const TlsError& error) {
          CHECK(error.fault() == TlsFault::cut_off);  // still in the handshake
        }
      });
      CHECK(message.starts_with(got));
      most = std::max(most, got.size());
    }
    CHECK(most == 900);  // all came, and still the end is missing
  }
}

TEST_CASE("a byte that was changed on its way is noticed, and nothing of its record shown",
          "[tls]") {
  for (std::size_t place = 0; place < 440; place += 11) {
    std::string got;
    bool is_noticed = false;
    const End server = served([](Connection connection) -> Task<> {
      co_await sleep(1_s);
      co_await connection.sendall(std::string(400, 'a'));
      connection.shutdown_write();
      try {
        co_await read_all(connection);
      } catch (const TlsError& error) {
        CHECK(error.fault() == TlsFault::refused);  // the alert of the client
      }
    });
    const Path back = [place](Connection& from, Connection& to) -> Task<> {
      std::size_t seen = 0;
      for (;;) {
        std::string data = co_await from.recv(4096);
        if (data.empty()) co_return;
        if (now() > Instant() + 1_s) {
          if (place >= seen && place - seen < data.size()) data[place - seen] ^= 1;
          seen += data.size();
        }
        co_await to.sendall(data);
      }
    };
    play_simulated(in_the_middle(server, back), visiting([&](Connection connection) -> Task<> {
                     try {
                       got = co_await read_all(connection);
                     } catch (const TlsError& error) {
                       is_noticed = true;
                     }
                   }));
    CHECK(is_noticed);
    CHECK((got.empty() || got == std::string(400, 'a')));
  }
}

TEST_CASE("records may come in pieces of any size, down to one byte", "[tls]") {
  for (const TlsVersion version : kVersions) {
    for (const std::size_t size_bytes : {1, 2, 3, 5, 6, 17, 1000}) {
      const std::string message = pattern_bytes(3000);
      const Path back = [size_bytes](Connection& from, Connection& to) -> Task<> {
        for (;;) {
          const std::string data = co_await from.recv(size_bytes);
          if (data.empty()) co_return;
          co_await to.sendall(data);
          co_await sleep(1_ms);  // so that each is a segment
        }
      };
      play_simulated(in_the_middle(served_with(version,
                                               [&](Connection connection) -> Task<> {
                                                 co_await connection.sendall(message);
                                               }),
                                   back),
                     visiting([&](Connection connection) -> Task<> {
                       const std::string got = co_await read_all(connection);
                       CHECK((got == message));
                       CHECK(connection.eof());
                     }));
    }
  }
}

TEST_CASE("large transfers both ways at once arrive whole, on a smooth and a rough network",
          "[tls]") {
  for (const TlsVersion version : kVersions) {
    for (const bool is_rough : {false, true}) {
      const std::size_t size_bytes = is_rough ? 300'000 : 4'000'000;
      const auto exchange = [size_bytes](std::uint64_t own, std::uint64_t other) {
        return [=](Connection connection) -> Task<> {
          Group group;
          group.spawn([&connection, own, size_bytes]() -> Task<> {
            const std::string all = pattern_bytes(size_bytes, own);
            for (std::size_t at = 0; at < all.size();) {
              const std::size_t part = 1 + scatter(at) % 50'000;
              co_await connection.sendall(std::string_view(all).substr(at, part));
              at += part;
            }
            connection.shutdown_write();
          });
          const std::string got = co_await read_all(connection);
          CHECK((got == pattern_bytes(size_bytes, other)));
          co_await group.wait();
        };
      };
      play_simulated(served_with(version, exchange(1, 2)), visiting(exchange(2, 1)),
                     is_rough ? rough_run(3) : SimulatedRun());
    }
  }
}

TEST_CASE("half-close works: the answer comes after the question's end", "[tls]") {
  for (const TlsVersion version : kVersions) {
    play_simulated(served_with(version,
                               [](Connection connection) -> Task<> {
                                 const std::string question = co_await read_all(connection);
                                 CHECK(question == "question");
                                 CHECK(connection.eof());
                                 co_await connection.sendall("answer");
                               }),
                   visiting([](Connection connection) -> Task<> {
                     co_await connection.sendall("question");
                     connection.shutdown_write();
                     int error = 0;
                     try {
                       co_await connection.sendall("more");
                     } catch (const NetError& failed) {
                       error = failed.error();
                     }
                     CHECK(error == EPIPE);
                     const std::string answer = co_await read_all(connection);
                     CHECK(answer == "answer");
                   }));
  }
}

/// Until not even a small message finds room: what waits for room wants a good part of the buffer
/// free, so it is asked for many times.
Task<> fill_up(Connection& connection) {
  const std::string record = pattern_bytes(16 << 10);
  const auto fill = [&]() -> Task<> {
    for (;;) co_await connection.sendall(record);
  };
  for (int i = 0; i < 500; ++i) co_await timeout(10_ms, fill());
}

TEST_CASE("a goodbye for which there is no room is said when there is", "[tls]") {
  Instant closed;
  Instant over;
  play_simulated(served([&](Connection connection) -> Task<> {
                   co_await fill_up(connection);
                   closed = now();
                 }),
                 visiting([&](Connection connection) -> Task<> {
                   co_await sleep(8_s);
                   const std::string all = co_await read_all(connection);
                   CHECK(all.size() > 1'000'000);
                   over = now();
                 }));
  CHECK(closed < Instant() + 6_s);
  CHECK(over > Instant() + 8_s);
}

TEST_CASE("ending our side when there is no room is done when there is", "[tls]") {
  play_simulated(served([&](Connection connection) -> Task<> {
                   co_await fill_up(connection);
                   connection.shutdown_write();
                   const std::string answer = co_await read_all(connection);
                   CHECK(answer == "got it");
                 }),
                 visiting([&](Connection connection) -> Task<> {
                   co_await sleep(8_s);
                   co_await read_all(connection);
                   co_await connection.sendall("got it");
                 }));
}

TEST_CASE("a peer that never reads holds a closed connection no longer than ten seconds", "[tls]") {
  bool is_cut_off = false;
  play_simulated(served([&](Connection connection) -> Task<> { co_await fill_up(connection); }),
                 visiting([&](Connection connection) -> Task<> {
                   co_await sleep(60_s);
                   try {
                     co_await read_all(connection);
                   } catch (const TlsError& error) {
                     is_cut_off = error.fault() == TlsFault::cut_off;
                   }
                 }));
  CHECK(is_cut_off);
}

TEST_CASE("unread input resets the peer at close, the peer's goodbye does not", "[tls]") {
  for (const bool has_unread : {true, false}) {
    int error = 0;
    std::string got;
    play_simulated(served([&](Connection connection) -> Task<> {
                     co_await sleep(1_s);
                     co_await connection.sendall("answer");
                   }),
                   visiting([&](Connection connection) -> Task<> {
                     if (has_unread) co_await connection.sendall("never read");
                     connection.shutdown_write();
                     try {
                       got = co_await connection.recv(100);
                       co_await read_all(connection);
                     } catch (const NetError& failed) {
                       error = failed.error();
                     }
                   }));
    CHECK(error == (has_unread ? ECONNRESET : 0));
    CHECK(got == "answer");
  }
}

TEST_CASE("calls that were made for plain connections work", "[tls]") {
  play_simulated(served([](Connection connection) -> Task<> {
                   const std::string line = co_await connection.readline();
                   CHECK(line == "first\n");
                   const bool has_more = co_await connection.fill();
                   CHECK((has_more && !connection.unread().empty()));
                   CHECK(to_string(connection.peer()).starts_with("10.0.0.2:"));
                   std::array<char, 4> memory{};
                   std::string got = std::exchange(connection.unread(), {});
                   while (got.size() < 6) {
                     const std::size_t size_bytes = co_await connection.recv_into(memory);
                     got.append(memory.data(), size_bytes);
                   }
                   CHECK(got == "second");
                   const std::string nothing = co_await connection.recv(0);
                   CHECK(nothing.empty());
                   co_await connection.sendall("");
                   co_await connection.sendall("done");
                 }),
                 visiting([](Connection connection) -> Task<> {
                   co_await connection.sendall("first\nse");
                   co_await sleep(10_ms);
                   co_await connection.sendall("cond");
                   const std::string done = co_await read_all(connection);
                   CHECK(done == "done");
                 }));
}

}  // namespace
}  // namespace rill::testing
