// A process that is killed with a hundred busy connections (bar B15): the kernel closes them all at
// once, with resets where something was unread. The server gives them up at once, and the others
// notice nothing.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/abuse/probe.h"
#include "tests/abuse/swarm.h"
#include "tests/abuse/victim.h"
#include "tests/testing/testing.h"

namespace rill::abuse {
namespace {

constexpr std::size_t kBusy = 100;

/// Talks on all of its connections for ever. Writes a byte to `ready` once all are busy.
[[noreturn]] void be_busy(std::uint16_t port, bool is_http, int ready) {
  Swarm swarm(port);
  const bool is_connected = swarm.connect({}, kBusy);
  const std::string talk = is_http ? get("/large") + get("/small") : std::string(5000, 'b');
  for (bool is_first = true;; is_first = false) {
    swarm.say(talk);
    swarm.run_for(milliseconds(2));
    if (is_first && write(ready, is_connected ? "1" : "0", 1) != 1) _exit(1);
  }
}

TEST_CASE("kill -9 of a peer with a hundred busy connections disturbs nobody else", "[killed]") {
  const std::string backend = GENERATE(from_range(backends()));
  const std::string program = GENERATE(kEcho, kHttpd);
  const bool is_http = program == kHttpd;
  INFO(program << " " << backend);
  const std::string label = backend + ": " + program.substr(program.rfind('/') + 1);
  SiteFolder folder;
  folder.add("large", 1 << 20);
  Victim server(program, backend,
                is_http ? std::vector<std::string>{"--root", folder.path.string()}
                        : std::vector<std::string>{});
  const std::size_t at_rest = server.cost().descriptors;
  for (int round = 0; round < at_scale(2, 5); ++round) {
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    const pid_t peer = fork();  // before the probe's thread
    REQUIRE(peer >= 0);
    if (peer == 0) be_busy(server.port(), is_http, ready[1]);
    char is_connected = '0';
    CHECK(read(ready[0], &is_connected, 1) == 1);
    CHECK(is_connected == '1');
    close(ready[0]);
    close(ready[1]);

    Probe probe(server.port(), is_http ? Probe::Speaks::http : Probe::Speaks::echo);
    std::this_thread::sleep_for(milliseconds(at_scale(200, 2000)));
    CHECK(server.cost().descriptors > at_rest + kBusy);
    const Latencies busy = probe.take();
    kill(peer, SIGKILL);
    const auto killed = Clock::now();
    const bool is_given_up = server.wait_for_descriptors(at_rest + 2);  // the probe, and its file
    const double took = to_milliseconds(Clock::now() - killed);
    std::this_thread::sleep_for(milliseconds(at_scale(200, 2000)));
    const Latencies after = probe.take();
    waitpid(peer, nullptr, 0);
    CHECK(is_given_up);
    CHECK(probe.is_well());
    CHECK(figure(label + ", 100 descriptors back after kill -9", took, "ms", "<= 1000",
                 took <= 1000));
    const double p99 = after.quantile(0.99);
    CHECK(figure(label + ", p99 before kill -9", busy.quantile(0.99), "ms", "", true));
    CHECK(figure(label + ", p99 from kill -9 on", p99, "ms", "<= before, or 1",
                 p99 <= std::max(1.0, busy.quantile(0.99))));
    CHECK(took < 10'000);
  }
  CHECK(server.wait_for_descriptors(at_rest));
  CHECK(server.stop() == "");
}

}  // namespace
}  // namespace rill::abuse
