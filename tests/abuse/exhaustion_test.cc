// A server that has used up its descriptors (T5; bar B8): those it has are served, it does not
// spin, and whoever waits is let in within a second of the first free descriptor, three times over.
#include <algorithm>
#include <thread>

#include "tests/abuse/probe.h"
#include "tests/abuse/swarm.h"
#include "tests/abuse/victim.h"
#include "tests/testing/testing.h"

namespace rill::abuse {
namespace {

constexpr std::size_t kDescriptors = 64;
constexpr std::size_t kClients = 100;
constexpr std::size_t kLeaving = 10;

std::size_t served(Swarm& swarm) {
  return static_cast<std::size_t>(
      std::count_if(swarm.clients().begin(), swarm.clients().end(),
                    [](const SwarmClient& client) { return client.received_bytes > 0; }));
}

/// Until `more` have been served than before; how long that took.
double let_in(Swarm& swarm, std::size_t before, std::size_t more) {
  const auto since = Clock::now();
  const bool is_in = swarm.run_until([&] { return served(swarm) >= before + more; }, seconds(20));
  CHECK(is_in);
  return to_milliseconds(Clock::now() - since);
}

void tell_wait(const std::string& what, double milliseconds_waited) {
  CHECK(figure(what, milliseconds_waited, "ms", "<= 1000", milliseconds_waited <= 1000));
  CHECK(milliseconds_waited < 5000);
}

TEST_CASE(
    "without a free descriptor a server serves those it has, sleeps, and lets others in later",
    "[exhaustion]") {
  const std::string backend = GENERATE(from_range(backends()));
  const std::string program = GENERATE(kEcho, kHttpd);
  const bool is_http = program == kHttpd;
  INFO(program << " " << backend);
  const std::string label = backend + ": " + program.substr(program.rfind('/') + 1);
  const SiteFolder folder;
  Victim server(program, backend,
                is_http ? std::vector<std::string>{"--root", folder.path.string(), "--idle-timeout",
                                                   "100", "--header-timeout", "100"}
                        : std::vector<std::string>{});
  // Without a file, which would take a descriptor: that is the next test.
  const std::string question = is_http ? "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n" : "x";
  REQUIRE((is_http ? serves(server.port()) : echoes(server.port())));
  const RawSocket old(server.port());
  REQUIRE(old.send(question));
  REQUIRE(old.receive(1).size() == 1);
  server.limit_descriptors(kDescriptors);

  Swarm swarm(server.port());
  REQUIRE(swarm.connect({.opening = question}, kClients));
  swarm.run_for(milliseconds(500));
  for (int round = 0; round < 3; ++round) {
    const std::size_t let_in_before = served(swarm);
    CHECK(let_in_before < kClients);
    CHECK(server.cost().descriptors >= kDescriptors);  // a log may have a number beyond

    const Cost full = server.cost();
    const auto then = Clock::now();
    swarm.run_for(milliseconds(at_scale(700, 3000)));
    const double cpu = server.cpu_percent(full, then);
    CHECK(figure(label + " without descriptors, CPU", cpu, "%", "< 5", cpu < 5));
    CHECK(cpu < 10);
    REQUIRE(old.send(question));
    CHECK(old.receive(1).size() == 1);

    // The first leave, after they were served.
    std::size_t leaving = kLeaving;
    for (SwarmClient& client : swarm.clients()) {
      if (leaving == 0) break;
      if (client.received_bytes == 0 || !client.socket.is_open()) continue;
      client.socket.close();
      client.end = SwarmClient::End::end_of_stream;
      --leaving;
    }
    REQUIRE(leaving == 0);
    tell_wait(label + ", " + std::to_string(kLeaving) + " let in after others left",
              let_in(swarm, let_in_before, kLeaving));
  }
  // Descriptors that become free elsewhere: no event tells of that.
  const std::size_t before = served(swarm);
  server.limit_descriptors(kDescriptors + 5);
  tell_wait(label + ", 5 let in after the limit was raised", let_in(swarm, before, 5));
  CHECK(server.stop() == "");
}

TEST_CASE("httpd without a descriptor for the file says so, and does not hang up", "[exhaustion]") {
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  const SiteFolder folder;
  Victim httpd(kHttpd, backend, {"--root", folder.path.string(), "--idle-timeout", "100"});
  const RawSocket old(httpd.port());
  REQUIRE(old.send(get("/small")));
  REQUIRE(receive_response(old) == 200);
  httpd.limit_descriptors(kDescriptors);
  Swarm swarm(httpd.port());
  REQUIRE(swarm.connect({}, kDescriptors));
  REQUIRE(swarm.run_until([&] { return httpd.cost().descriptors >= kDescriptors; }, seconds(20)));
  std::this_thread::sleep_for(milliseconds(500));  // no longer does it believe its cache
  REQUIRE(old.send(get("/small")));
  CHECK(receive_response(old) == 503);
  // One leaves, and nobody else comes instead: with the number of clients below the limit.
  swarm.close_all();
  CHECK(httpd.wait_for_descriptors(kDescriptors / 2));
  REQUIRE(old.send(get("/small")));
  CHECK(receive_response(old) == 200);
  CHECK(httpd.stop() == "");
}

}  // namespace
}  // namespace rill::abuse
