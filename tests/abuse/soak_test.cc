// Everything at once (bars B9, B20): slow and silent clients, never-reading ones, storms, resets in
// mid-transfer, malformed requests, signals that stop and continue the servers - and at the end
// both programs are as they were at the start. Under the address sanitizer it finds what nobody
// thought of; without it, it shows whether memory grows.
#include <csignal>
#include <functional>
#include <thread>

#include "tests/abuse/mutants.h"
#include "tests/abuse/probe.h"
#include "tests/abuse/swarm.h"
#include "tests/abuse/victim.h"
#include "tests/testing/testing.h"

namespace rill::abuse {
namespace {

/// Slow, silent and never-reading clients, always about 400 of them; those who were closed come
/// again.
void crowd(std::uint16_t port, bool is_http, Clock::time_point end) {
  using Reads = Manner::Reads;
  const std::vector<Manner> manners = {
      {},
      {.opening = "GET / HTTP/1.1\r\nX: ", .drip = "a", .drip_every = milliseconds(50)},
      {.opening = "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n",
       .drip = "b",
       .drip_every = milliseconds(20)},
      {.opening = get("/large"),
       .drip_every = milliseconds(100),
       .reads = Reads::one_byte_a_drip,
       .receive_buffer_bytes = 4096},
      {.opening = is_http ? get("/large") + get("/large") : std::string(200'000, 'n'),
       .reads = Reads::nothing}};
  for (std::size_t round = 0; Clock::now() < end; ++round) {
    Swarm swarm(port);
    for (const Manner& manner : manners) {
      if (!swarm.connect(manner, 80)) break;
    }
    swarm.run_until([&] { return Clock::now() > end || swarm.ended() > swarm.count() / 2; },
                    milliseconds(700));
    round % 2 == 0 ? swarm.close_all() : swarm.reset_all();
  }
}

/// One client after the other, each with another end.
void come_and_go(std::uint16_t port, bool is_http, std::uint64_t seed, Clock::time_point end) {
  Mutants mutants(seed);
  while (Clock::now() < end) {
    RawSocket client(port);
    if (!client.is_open()) continue;
    client.send(is_http ? mutants.next() : std::string(mutants.draw(50'000), 'c'));
    switch (mutants.draw(5)) {
      case 0:
        client.reset();
        break;
      case 1:
        break;
      case 2:
        client.shut_write();
        client.reset();
        break;
      case 3:
        client.shut_write();
        client.receive(1 + mutants.draw(5000));
        break;
      default:
        client.shut_write();
        client.ends_cleanly();
    }
  }
}

void stop_and_continue(Victim& server, Clock::time_point end) {
  while (Clock::now() < end) {
    std::this_thread::sleep_for(milliseconds(200));
    server.signal(SIGSTOP);
    std::this_thread::sleep_for(milliseconds(5));
    server.signal(SIGCONT);
  }
}

/// MiB per minute, by least squares over what was seen after the first sixth.
double slope(const std::vector<std::pair<double, double>>& seconds_and_mib) {
  double n = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
  const double from = seconds_and_mib.back().first / 6;
  for (const auto& [x, y] : seconds_and_mib) {
    if (x < from) continue;
    n += 1, sum_x += x, sum_y += y, sum_xx += x * x, sum_xy += x * y;
  }
  return 60 * (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
}

TEST_CASE("after all attacks at once both servers are as they were", "[soak]") {
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  SiteFolder folder;
  folder.add("large", 2 << 20);
  Victim httpd(kHttpd, backend,
               {"--root", folder.path.string(), "--header-timeout", "500ms", "--body-timeout",
                "500ms", "--idle-timeout", "500ms", "--write-timeout", "500ms"});
  Victim echo(kEcho, backend);
  REQUIRE(serves(httpd.port()));
  REQUIRE(echoes(echo.port()));
  struct Subject {
    Victim& server;
    bool is_http;
    Cost at_rest;
    /// What it asked the kernel for. Resident memory grows for minutes, as buffers of the ring that
    /// were there from the start are touched for the first time by ever longer messages.
    std::vector<std::pair<double, double>> asked;
  };
  Subject subjects[] = {{httpd, true, httpd.cost(), {}}, {echo, false, echo.cost(), {}}};

  const auto began = Clock::now();
  const auto end = began + seconds(at_scale(8, 60));
  {
    Probe probe(httpd.port(), Probe::Speaks::http);
    Probe ping(echo.port(), Probe::Speaks::echo);
    std::vector<std::thread> attackers;
    for (Subject& subject : subjects) {
      const std::uint16_t port = subject.server.port();
      const bool is_http = subject.is_http;
      attackers.emplace_back(crowd, port, is_http, end);
      attackers.emplace_back(come_and_go, port, is_http, 1, end);
      attackers.emplace_back(come_and_go, port, is_http, 2, end);
      attackers.emplace_back(stop_and_continue, std::ref(subject.server), end);
    }
    while (Clock::now() < end) {
      std::this_thread::sleep_for(milliseconds(250));
      for (Subject& subject : subjects) {
        subject.asked.emplace_back(seconds_since(began), subject.server.cost().asked_mib);
      }
    }
    for (std::thread& attacker : attackers) attacker.join();
    CHECK(probe.settle());
    CHECK(ping.settle());
    CHECK(probe.is_well());
    CHECK(ping.is_well());
    CHECK(figure(backend + ": soak, p99 of httpd", probe.take().quantile(0.99), "ms", "", true));
    CHECK(figure(backend + ": soak, p99 of echo", ping.take().quantile(0.99), "ms", "", true));
  }
  for (Subject& subject : subjects) {
    const std::string label = backend + ": soak, " + (subject.is_http ? "httpd" : "echo");
    CHECK(subject.server.wait_for_descriptors(subject.at_rest.descriptors));
    if (!kIsSanitized) {  // which keep for a while what is freed
      const double grows = slope(subject.asked);
      CHECK(figure(label + ", asked for per minute", grows, "MiB", "<= 1", grows <= 1));
    }
    CHECK(figure(label + ", memory at the end", subject.server.cost().memory_mib, "MiB", "", true));
  }
  CHECK(serves(httpd.port()));
  CHECK(echoes(echo.port()));
  CHECK(httpd.stop() == "");
  CHECK(echo.stop() == "");
}

}  // namespace
}  // namespace rill::abuse
