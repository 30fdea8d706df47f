// Thousands of clients that are slow, or say nothing, beside one that is well behaved (T2, T9, H6;
// bar B5): it does not notice, and each of the others is closed when its deadline is over, however
// it spreads its bytes.
#include <map>

#include "tests/abuse/probe.h"
#include "tests/abuse/swarm.h"
#include "tests/abuse/victim.h"
#include "tests/testing/testing.h"

namespace rill::abuse {
namespace {

const std::vector<Manner>& slow_manners() {
  using Reads = Manner::Reads;
  static const std::vector<Manner> all = {
      {},
      {.opening = "GET / HTTP/1.1\r\nHost: a\r\nX: ", .drip = "a"},
      {.opening = "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", .drip = "b"},
      {.opening = get("/large"), .reads = Reads::one_byte_a_drip, .receive_buffer_bytes = 4096},
  };
  return all;
}

const char* const kNames[] = {"silent", "slow head", "slow body", "slow reading"};

/// So many more, accepted and not only in the backlog: from there on their deadlines run.
void connect_accepted(const Victim& server, Swarm& swarm, const Manner& manner, std::size_t count) {
  constexpr std::size_t kStep = 500;
  for (std::size_t left = count; left > 0; left -= std::min(left, kStep)) {
    REQUIRE(swarm.connect(manner, std::min(left, kStep)));
    const auto is_accepted = [&] { return server.cost().descriptors > swarm.count(); };
    REQUIRE(swarm.run_until(is_accepted, kPatience));
  }
}

TEST_CASE(
    "httpd does not let slow and silent clients slow down the others, and closes each in time",
    "[slow]") {
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  const int deadline_s = at_scale(3, 20);
  // The more of them there are, the more of the two processors is theirs: each size has its goal.
  const bool is_larger = is_full() && GENERATE(false, true);
  const std::size_t count = is_larger ? many(5000, 9900) : many(5000, 5000);
  const int most_ratio = is_larger ? 3 : 2;
  const std::size_t rounds = at_scale<std::size_t>(1, 3);
  SiteFolder folder;
  folder.add("large", 8 << 20);
  const std::string deadline = std::to_string(deadline_s);
  Victim httpd(kHttpd, backend,
               {"--root", folder.path.string(), "--header-timeout", deadline, "--body-timeout",
                deadline, "--idle-timeout", deadline, "--write-timeout", deadline});
  Probe probe(httpd.port(), Probe::Speaks::http);
  Latencies quiet;
  Latencies attacked;
  Latencies at_the_end;
  // Seconds that each kind of client was held: at least from its end of the handshake on, at most
  // from its connect() on. What this process missed in between is not the server's fault.
  std::map<std::size_t, Latencies> held_least;
  std::map<std::size_t, Latencies> held_most;
  std::size_t unclosed = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    REQUIRE(probe.settle());
    probe.take();
    std::this_thread::sleep_for(seconds(at_scale(1, 10)));
    quiet.add(probe.take());

    Swarm swarm(httpd.port());
    for (const Manner& manner : slow_manners()) connect_accepted(httpd, swarm, manner, count / 4);
    swarm.run_for(milliseconds(at_scale(500, 1000)));
    probe.take();  // their arrival is the storm's test
    swarm.run_for(milliseconds(deadline_s * 1000 - at_scale(1500, 2000)));
    attacked.add(probe.take());
    const auto all_are_gone = [&swarm] { return swarm.ended() == swarm.count(); };
    swarm.run_until(all_are_gone, kPatience);
    REQUIRE(probe.settle());
    at_the_end.add(probe.take());
    unclosed += swarm.count() - swarm.ended();
    for (const SwarmClient& client : swarm.clients()) {
      if (client.end == SwarmClient::End::none) continue;
      held_least[client.manner].add(to_milliseconds(client.ended_at - client.connected_at) / 1000);
      held_most[client.manner].add(to_milliseconds(client.ended_at - client.began_at) / 1000);
    }
  }
  CHECK(probe.is_well());
  CHECK(unclosed == 0);
  const double ratio = attacked.quantile(0.99) / quiet.quantile(0.99);
  const std::string label = backend + ": " + std::to_string(count) + " slow clients, ";
  CHECK(figure(label + "quiet p99", quiet.quantile(0.99), "ms", "", true));
  CHECK(figure(label + "p99", attacked.quantile(0.99), "ms", "<= 5", attacked.quantile(0.99) <= 5));
  CHECK(figure(label + "p99 against quiet", ratio, "x", "<= " + std::to_string(most_ratio),
               ratio <= most_ratio));
  CHECK(figure(label + "p99 as they are closed", at_the_end.quantile(0.99), "ms", "", true));
  CHECK(figure(label + "worst as they are closed", at_the_end.worst(), "ms", "", true));
  CHECK(attacked.quantile(0.99) < 1000);
  CHECK(attacked.count() > 5);
  CHECK(held_least.size() == slow_manners().size());
  for (const auto& [manner, seconds_held] : held_least) {
    const double least = held_most[manner].quantile(0.0001);
    const double most = seconds_held.worst();
    const std::string goal = std::to_string(deadline_s) + " +- 1";
    const std::string what = backend + ": " + kNames[manner] + ", held for ";
    CHECK(figure(what + "at least", least, "s", goal, least >= deadline_s - 1));
    CHECK(figure(what + "at most", most, "s", goal, most <= deadline_s + 1));
    CHECK(least >= deadline_s - 1);
    CHECK(most <= deadline_s + 20);
  }
  CHECK(httpd.stop() == "");
}

}  // namespace
}  // namespace rill::abuse
