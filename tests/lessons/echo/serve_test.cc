// serve(): how a server program ends - gracefully, by failure, by kill - to the nanosecond, on the
// simulated network.
#include "lessons/common/serve.h"

#include <cerrno>
#include <csignal>
#include <stdexcept>

#include "lessons/echo/echo.h"
#include "simnet/network.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using Handler = Task<> (*)(Connection);

/// A server on one host, and a client's host 5 ms away.
struct Site {
  Site() {
    network.set_links(home, away, {.latency = simnet::Latency::fixed(5_ms)});
    settings.port = 80;
  }
  TaskRef serve(Handler handler) {
    return spawn_on(home, lesson::serve(settings, handler, &state));
  }
  Address address() const { return network.address(home, 80); }

  simnet::Network network;
  HostId home = network.add_host("home");
  HostId away = network.add_host("away");
  lesson::Settings settings;
  lesson::ServeState state;
};

/// Runs a scenario given as a callable; a member of `site` outlives it.
template <class F>
void play(Site& site, F scenario) {
  run(scenario(), site.network);
  CHECK(site.network.open_sockets() == 0);
}

TEST_CASE("what is on its way when SIGTERM comes is still answered") {
  Site site;
  std::string answer;
  play(site, [&]() -> Task<> {
    TaskRef server = site.serve(lesson::echoer);
    TaskRef client = spawn_on(site.away, [&]() -> Task<> {
      co_await sleep(1_ms);
      Connection connection = co_await connect(site.address());
      co_await sleep(39_ms);
      co_await connection.sendall("last words\n");  // at 50 ms; arrives 4 ms after the signal
      connection.shutdown_write();
      answer = co_await connection.readline();
    });
    co_await sleep(51_ms);
    site.network.raise_signal(site.home, SIGTERM);
    co_await join(server);
    co_await join(client);
  });
  CHECK(answer == "last words\n");
}

TEST_CASE("a client that stays is cut off when the time to drain is over") {
  Site site;
  Instant end;
  Instant cut_off;
  play(site, [&]() -> Task<> {
    TaskRef server = site.serve(lesson::echoer);
    TaskRef client = spawn_on(site.away, [&]() -> Task<> {
      co_await sleep(1_ms);
      Connection connection = co_await connect(site.address());
      const std::string nothing = co_await connection.recv(1);
      CHECK(nothing.empty());
      cut_off = now();
    });
    co_await sleep(100_ms);
    site.network.raise_signal(site.home, SIGINT);
    co_await join(server);
    end = now();
    co_await join(client);
  });
  CHECK(end == Instant{} + 100_ms + site.settings.drain);
  CHECK(cut_off == end + 5_ms);
}

TEST_CASE("a server without clients ends at once") {
  Site site;
  Instant end;
  play(site, [&]() -> Task<> {
    TaskRef server = site.serve(lesson::echoer);
    co_await sleep(1_s);
    site.network.raise_signal(site.home, SIGTERM);
    co_await join(server);
    end = now();
  });
  CHECK(end == Instant{} + 1_s);
}

TEST_CASE("after SIGTERM nobody gets in any more") {
  Site site;
  int error = 0;
  play(site, [&]() -> Task<> {
    TaskRef server = site.serve(lesson::echoer);
    TaskRef early = spawn_on(site.away, [&]() -> Task<> {
      co_await sleep(1_ms);
      Connection connection = co_await connect(site.address());
      co_await sleep(200_ms);  // keeps the server draining
    });
    co_await sleep(100_ms);
    site.network.raise_signal(site.home, SIGTERM);
    co_await sleep(1_ms);
    try {
      Connection connection = co_await connect(site.address());
    } catch (const NetError& refused) {
      error = refused.error();
    }
    co_await join(early);
    co_await join(server);
  });
  CHECK(error == ECONNREFUSED);
}

Task<> reads_to_the_end(Connection connection) {
  for (;;) {
    const std::string data = co_await connection.recv(100);
    if (data.empty()) co_return;
  }
}

TEST_CASE("a connection that breaks is counted and ends alone") {
  Site site;
  play(site, [&]() -> Task<> {
    TaskRef server = site.serve(reads_to_the_end);
    co_await sleep(1_ms);
    Connection steady = co_await connect(site.address());
    {
      Connection rude = co_await connect(site.address());
      co_await sleep(10_ms);
      rude.reset();
    }
    co_await sleep(10_ms);
    steady.shutdown_write();
    const std::string nothing = co_await steady.recv(1);
    CHECK(nothing.empty());
    site.network.raise_signal(site.home, SIGTERM);
    co_await join(server);
  });
  CHECK(site.state.statistics.accepted == 2);
  CHECK(site.state.statistics.net_errors == 1);
}

Task<> has_a_bug(Connection connection) {
  const std::string data = co_await connection.recv(100);
  throw std::logic_error("a bug at '" + data + "'");
}

TEST_CASE("an exception that is no NetError ends the server, which rethrows it") {
  Site site;
  std::string message;
  play(site, [&]() -> Task<> {
    TaskRef server = site.serve(has_a_bug);
    co_await sleep(1_ms);
    Connection connection = co_await connect(site.address());
    co_await connection.sendall("x");
    try {
      co_await join(server);
    } catch (const std::logic_error& error) {
      message = error.what();
    }
  });
  CHECK(message == "a bug at 'x'");
}

TEST_CASE("a killed server takes its connections along") {
  Site site;
  play(site, [&]() -> Task<> {
    TaskRef server = site.serve(lesson::echoer);
    co_await sleep(1_ms);
    Connection connection = co_await connect(site.address());
    co_await sleep(10_ms);
    CHECK(site.network.open_sockets(site.home) == 2);
    co_await kill(server);
    CHECK(site.network.open_sockets(site.home) == 0);
  });
}

TEST_CASE("SIGHUP asks for a reload each time, and the server goes on") {
  Site site;
  int reloads = 0;
  play(site, [&]() -> Task<> {
    TaskRef server = site.serve(lesson::echoer);
    TaskRef watcher = spawn([&]() -> Task<> {
      for (;;) {
        co_await site.state.reload_requested.wait();
        ++reloads;
      }
    });
    for (int i = 0; i < 3; ++i) {
      co_await sleep(1_ms);
      site.network.raise_signal(site.home, SIGHUP);
    }
    co_await sleep(1_ms);
    CHECK(reloads == 3);
    CHECK_FALSE(site.state.reload_requested.is_set());
    Connection connection = co_await connect(site.address());
    co_await connection.sendall("still there?\n");
    const std::string answer = co_await connection.readline();
    CHECK(answer == "still there?\n");
    connection.close();
    site.network.raise_signal(site.home, SIGTERM);
    co_await join(server);
    co_await kill(watcher);
  });
}

TEST_CASE("a program has its say before each accept, at the stop, and when the drain is over") {
  Site site;
  int accepts = 0;
  Instant stopped;
  Instant cut_off;
  site.state.before_accept = [&]() -> Task<> {
    ++accepts;
    co_return;
  };
  site.state.on_stopping = [&] { stopped = now(); };
  site.state.on_cut_off = [&] { cut_off = now(); };
  play(site, [&]() -> Task<> {
    TaskRef server = site.serve(lesson::echoer);
    co_await site.state.listening.wait();
    Connection stays = co_await connect(site.address());
    co_await sleep(10_ms);
    CHECK(accepts == 2);  // for the one that came, and the next
    site.network.raise_signal(site.home, SIGTERM);
    co_await join(server);
  });
  CHECK(cut_off == stopped + site.settings.drain);
}

TEST_CASE("who comes when no descriptor is free is served later, and the server goes on") {
  Site site;
  simnet::HostOptions options;
  options.most_descriptors = 2;  // the listener's, and one more
  site.network.set_host(site.home, options);
  play(site, [&]() -> Task<> {
    TaskRef server = site.serve(lesson::echoer);
    co_await site.state.listening.wait();
    Connection first = co_await connect(site.address());
    Connection second = co_await connect(site.address());
    co_await second.sendall("patience\n");
    co_await sleep(1_s);
    first.close();
    const std::string answer = co_await second.readline();
    CHECK(answer == "patience\n");
    second.close();
    site.network.raise_signal(site.home, SIGTERM);
    co_await join(server);
  });
  CHECK(site.state.statistics.accepted == 2);
}

TEST_CASE("a connection that is gone before it is accepted does not end a server") {
  Site site;
  site.network.set_faults({{simnet::Fault::accept_aborted}, 500'000});
  SeededOracle oracle(1);
  const auto scenario = [&]() -> Task<> {
    TaskRef server = site.serve(lesson::echoer);
    co_await site.state.listening.wait();
    int served = 0;
    for (int i = 0; i < 40; ++i) {
      try {
        Connection client = co_await connect(site.address());
        co_await client.sendall("still there?\n");
        const std::string answer = co_await client.readline();
        served += answer == "still there?\n";
      } catch (const NetError&) {
        // this one was gone
      }
    }
    CHECK(site.network.fault_count(simnet::Fault::accept_aborted) > 0);
    CHECK(served > 0);
    site.network.raise_signal(site.home, SIGTERM);
    co_await join(server);
  };
  run(scenario(), site.network, {.oracle = &oracle});
}

TEST_CASE("SIGTERM ends a server that waits for a free descriptor, too") {
  Site site;
  simnet::HostOptions options;
  options.most_descriptors = 1;  // the listener's
  site.network.set_host(site.home, options);
  play(site, [&]() -> Task<> {
    TaskRef server = site.serve(lesson::echoer);
    co_await site.state.listening.wait();
    Connection waits = co_await connect(site.address());
    co_await sleep(50_ms);  // within a pause of 100 ms
    site.network.raise_signal(site.home, SIGTERM);
    const Instant told = now();
    co_await join(server);
    CHECK(now() - told <= 100_ms);
    try {
      co_await waits.recv(1);
      CHECK(false);
    } catch (const NetError& error) {
      CHECK(error.error() == ECONNRESET);
    }
  });
  CHECK(site.state.statistics.accepted == 0);
}

TEST_CASE("a port that is taken is a mistake of use, told in a sentence that names it") {
  Site site;
  std::string message;
  play(site, [&]() -> Task<> {
    Listener first("", 4915);
    lesson::Settings settings;
    settings.port = 4915;
    try {
      const Listener second = lesson::listen_as_told(settings);
    } catch (const lesson::UsageMistake& mistake) {
      message = mistake.what();
    }
    co_return;
  });
  CHECK_THAT(message, contains("port 4915 is taken"));
}

}  // namespace
}  // namespace rill::testing
