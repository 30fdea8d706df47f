// Storms (T9, T10; bar B18): thousands who come and go at once, before they are accepted, all in
// one tick, or who never stop. A client that is already there goes on being served meanwhile.
#include <algorithm>
#include <csignal>

#include "tests/abuse/probe.h"
#include "tests/abuse/swarm.h"
#include "tests/abuse/victim.h"
#include "tests/testing/testing.h"

namespace rill::abuse {
namespace {

/// What its clients see of a storm.
void tell(const std::string& what, const Latencies& seen, double goal_ms) {
  const double p99 = seen.quantile(0.99);
  CHECK(figure(what + ", p99", p99, "ms", "<= " + std::to_string(static_cast<int>(goal_ms)),
               p99 <= goal_ms));
  CHECK(figure(what + ", worst", seen.worst(), "ms", "", true));
  CHECK(p99 < 1000);
}

/// A thread that floods a connection of its own with lines, and reads them back, as fast as it can.
class Flood {
 public:
  explicit Flood(std::uint16_t port) : thread_([this, port] { run(port); }) {}
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;
  ~Flood() {
    is_ending_ = true;
    thread_.join();
  }
  std::size_t echoed_bytes() const { return echoed_; }

 private:
  void run(std::uint16_t port) {
    const RawSocket socket(port);
    const std::string block(std::size_t{64} << 10, 'f');
    // Always one block more on its way than was read back: the server never runs out of input.
    if (!socket.send(block)) return;
    while (!is_ending_ && socket.send(block)) {
      const std::string back = socket.receive(block.size());
      if (back.size() < block.size()) return;
      echoed_ += back.size();
    }
  }

  std::atomic<bool> is_ending_{false};
  std::atomic<std::size_t> echoed_{0};
  std::thread thread_;
};

TEST_CASE("two peers that flood the server do not starve a third", "[storm]") {
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  Victim echo(kEcho, backend);
  Probe probe(echo.port(), Probe::Speaks::echo);
  std::size_t echoed_bytes = 0;
  {
    const Flood first(echo.port());
    const Flood second(echo.port());
    std::this_thread::sleep_for(milliseconds(100));
    probe.take();
    std::this_thread::sleep_for(seconds(at_scale(1, 10)));
    tell(backend + ": ping beside two floods", probe.take(), 10);
    echoed_bytes = first.echoed_bytes() + second.echoed_bytes();
  }
  CHECK(echoed_bytes > std::size_t{1} << 20);
  CHECK(probe.is_well());
  CHECK(echo.stop() == "");
}

TEST_CASE("a storm of clients that come and go does not stop the server, nor those who stay",
          "[storm]") {
  const std::string backend = GENERATE(from_range(backends()));
  const std::string program = GENERATE(kEcho, kHttpd);
  INFO(program << " " << backend);
  const std::string label = backend + ": " + program.substr(program.rfind('/') + 1);
  const SiteFolder folder;
  Victim server(program, backend,
                program == kHttpd ? std::vector<std::string>{"--root", folder.path.string()}
                                  : std::vector<std::string>{});
  const auto language = program == kHttpd ? Probe::Speaks::http : Probe::Speaks::echo;
  Probe probe(server.port(), language);
  REQUIRE(probe.settle());
  const std::size_t before = server.cost().descriptors;
  const std::size_t count = at_scale<std::size_t>(kIsSanitized ? 2000 : 5000, 20'000);

  // Half of them end in order, half by reset, some with half a request.
  probe.take();
  const auto began = Clock::now();
  std::size_t connected = 0;
  for (std::size_t i = 0; i < count; ++i) {
    RawSocket client(server.port());
    if (!client.is_open()) continue;
    ++connected;
    if (i % 3 == 0) client.send("GET / HT");
    if (i % 2 == 0) client.reset();
  }
  const double rate = static_cast<double>(connected) / seconds_since(began);
  REQUIRE(probe.settle());
  tell(label + ", beside " + std::to_string(count) + " who come and go", probe.take(), 20);
  CHECK(figure(label + ", came and went", rate, "per s", "", true));
  CHECK(connected == count);
  CHECK(server.wait_for_descriptors(before));

  // Many who come, and stay.
  const std::size_t staying = many(5000, 9900);  // of httpd's 10,000
  Swarm swarm(server.port());
  probe.take();
  REQUIRE(swarm.connect({}, staying));
  REQUIRE(probe.settle());
  tell(label + ", while " + std::to_string(staying) + " connect", probe.take(), 20);

  // They all go in one tick: the server sleeps while they do.
  for (const bool is_reset : {false, true}) {
    if (swarm.count() == 0) REQUIRE(swarm.connect({}, staying));
    REQUIRE(probe.settle());
    const std::size_t going = swarm.count();
    server.signal(SIGSTOP);
    is_reset ? swarm.reset_all() : swarm.close_all();
    probe.take();
    const auto woken = Clock::now();
    server.signal(SIGCONT);
    REQUIRE(probe.settle());
    const double pause = to_milliseconds(Clock::now() - woken);
    CHECK(figure(label + ", " + std::to_string(going) + (is_reset ? " reset" : " close") +
                     " in one tick, then ping",
                 pause, "ms", "", true));
    CHECK(server.wait_for_descriptors(before));
  }
  CHECK(probe.is_well());
  CHECK(server.stop() == "");
}

TEST_CASE("clients that are gone before they are accepted are no more than a nuisance", "[storm]") {
  const std::string backend = GENERATE(from_range(backends()));
  const bool is_reset = GENERATE(false, true);
  INFO(backend << (is_reset ? " reset" : " close"));
  Victim echo(kEcho, backend);
  REQUIRE(echoes(echo.port()));
  const std::size_t before = echo.cost().descriptors;
  // Fewer than a listener's backlog holds.
  const std::size_t count = 900;
  for (int round = 0; round < at_scale(2, 10); ++round) {
    echo.signal(SIGSTOP);
    std::vector<RawSocket> gone;
    for (std::size_t i = 0; i < count; ++i) {
      RawSocket& client = gone.emplace_back(echo.port());
      REQUIRE(client.is_open());
      if (i % 2 == 0) client.send("x");
    }
    for (RawSocket& client : gone) is_reset ? client.reset() : client.close();
    const RawSocket waiting(echo.port());
    REQUIRE(waiting.send("me too"));
    const auto woken = Clock::now();
    echo.signal(SIGCONT);
    CHECK(waiting.receive(6) == "me too");
    CHECK(figure(backend + ": served behind " + std::to_string(count) + " who are gone",
                 to_milliseconds(Clock::now() - woken), "ms", "<= 1000",
                 Clock::now() - woken < seconds(1)));
  }
  CHECK(echo.wait_for_descriptors(before));
  CHECK(echo.stop() == "");
}

}  // namespace
}  // namespace rill::abuse
