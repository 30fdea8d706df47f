// echo under everything that the simulator can do to a network and to a host (bar B11): what comes
// back is the beginning of what was sent, and all of it unless somebody was told of an error. And
// when all has healed, echo echoes, and SIGTERM ends it.
//
// 10,000 seeds: bazel test //tests/lessons/echo:search_test --test_env=RILL_SEEDS=10000
#include <csignal>
#include <deque>

#include "lessons/common/serve.h"
#include "lessons/echo/echo.h"
#include "simnet/testing.h"

namespace rill::testing {
namespace {

constexpr std::uint16_t kPort = 4915;

/// What outlives the server's host.
struct Home {
  std::size_t starts = 0;
  Event ended;  // in order
};

Task<> serve_home(Home& home) {
  ++home.starts;
  lesson::Settings settings;
  settings.port = kPort;
  co_await lesson::serve(settings, lesson::echoer);
  home.ended.set();
}

struct Talk {
  std::string sent;
  std::string received;
  bool is_sent = false;   ///< all of it, and the end
  bool is_whole = false;  ///< and the stream back has ended in order
};

Task<> send(Connection& connection, Talk& talk) {
  try {
    co_await connection.sendall(talk.sent);
    connection.shutdown_write();
    talk.is_sent = true;
  } catch (const NetError&) {
    // the receiver will hear of it, too
  }
}

Task<> converse(Talk& talk) {
  Connection connection = co_await connect("server", kPort);
  Group sender;
  sender.spawn(send(connection, talk));
  for (;;) {
    const std::string piece = co_await connection.recv(10'000);
    if (piece.empty()) break;
    talk.received += piece;
  }
  co_await sender.wait();
  talk.is_whole = talk.is_sent;
}

/// As long as anybody would wait.
Task<> visit(Talk& talk) {
  try {
    const Outcome outcome = co_await timeout(30_s, converse(talk));
    static_cast<void>(outcome);
  } catch (const NetError&) {
    // told: what has come so far is what counts
  }
}

}  // namespace

RILL_SIMULATION(
    "whatever breaks, echo gives back a beginning of what was sent, and later all of it",
    .errors_are_failures = true, .must_outlive_silence = true) {
  auto& home = sim.make<Home>();
  const HostId server = sim.host("server");
  sim.network().boot(server, [&home] { return serve_home(home); });
  co_await sleep(1_s);
  std::deque<Talk> talks;
  Group visits;
  const int visitors = sim.draw("visitors", rc::gen::inRange(1, 4));
  for (int i = 0; i < visitors; ++i) {
    const HostId host = sim.host("visitor" + std::to_string(i));
    for (int times = sim.draw("visits", rc::gen::inRange(1, 4)); times > 0; --times) {
      Talk& talk = talks.emplace_back();
      const auto lines = sim.draw("lines", rc::gen::element(1, 10, 30'000));
      for (int line = 0; line < lines; ++line) talk.sent += std::to_string(line) + "\n";
      visits.spawn_on(host, visit(talk));
    }
  }
  co_await visits.wait();
  std::size_t whole = 0;
  for (const Talk& talk : talks) {
    sim.require(talk.sent.starts_with(talk.received), "what comes back is what was sent");
    sim.require(!talk.is_whole || talk.received == talk.sent, "what ends in order is complete");
    whole += talk.is_whole;
  }
  sim.sometimes("all of it comes back", whole == talks.size());
  sim.sometimes("not all of it does", whole < talks.size());
  sim.sometimes("it comes back though the server was started anew", whole > 0 && home.starts > 1);

  co_await sleep(300_s);  // by any clock, the faults are over then
  Talk healed;
  healed.sent = "all is well\n";
  co_await visit(healed);
  sim.require(healed.received == healed.sent, "when all has healed, echo echoes");

  sim.network().raise_signal(server, SIGTERM);
  const auto end = [](Event& ended) -> Task<> { co_await ended.wait(); };
  const Outcome outcome = co_await timeout(60_s, end(home.ended));
  sim.require(outcome == Outcome::finished, "SIGTERM ends the server");
}

}  // namespace rill::testing
