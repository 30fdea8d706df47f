// How many connections are served at a time: those above the limit wait for their turn and get it
// at once, and a client that wants too many is told so, at nobody else's cost.
#include "lessons/httpd/admission.h"

#include <cerrno>

#include "lessons/httpd/memory_site.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

MemorySite site() {
  MemorySite site;
  site.set("a", "first");
  site.set("long", std::string(20'000'000, 'x'));
  return site;
}

Outcomes play(const std::vector<Client>& clients, const Setting& setting) {
  MemorySite files = site();
  return run_clients(files, clients, setting);
}

Client asks_once(Duration arrives = {}) {
  Client client;
  client.acts = {{{}, get("/a")}};
  client.arrives = arrives;
  return client;
}

/// Sends nothing by itself and does not end its side.
Client silent(Duration arrives = {}) {
  Client client;
  client.half_closes = false;
  client.arrives = arrives;
  return client;
}

bool is_about(Duration actual, Duration expected) {
  return actual >= expected - 5_ms && actual <= expected + 20_ms;
}

TEST_CASE("who comes when all places are taken is served as soon as one is free", "[httpd]") {
  Setting setting;
  setting.limits.connections = 2;
  setting.limits.idle = 3_s;
  Client busy = silent();
  for (int i = 0; i < 6; ++i) busy.acts.push_back({1_s, get("/a")});
  std::vector<Client> clients = {silent(), busy};
  for (int i = 0; i < 5; ++i) clients.push_back(asks_once(100_ms));
  const Outcomes outcomes = play(clients, setting);
  CHECK(statuses(outcomes.talks[1].received) == "200 200 200 200 200 200");
  CHECK(is_about(outcomes.talks[0].ended, 3_s));
  for (int i = 2; i < 7; ++i) {
    CHECK(statuses(outcomes.talks[i].received) == "200");
    CHECK(is_about(outcomes.talks[i].ended, 2900_ms));
  }
}

TEST_CASE("never more connections are open than allowed, and everybody is served", "[httpd]") {
  Metrics metrics;
  Setting setting;
  setting.metrics = &metrics;
  setting.limits.connections = 5;
  setting.random_order = true;
  std::uint64_t most_open = 0;
  setting.on_access = [&](const Access&) {
    most_open = std::max(most_open,
                         metrics.connections_accepted.value() - metrics.connections_closed.value());
  };
  Client lazy = asks_once();
  lazy.acts.push_back({20_ms, get("/a")});
  const Outcomes outcomes = play(std::vector<Client>(200, lazy), setting);
  for (const Talk& talk : outcomes.talks) CHECK(statuses(talk.received) == "200 200");
  CHECK(most_open == 5);
  CHECK(metrics.connections_accepted.value() == 200);
  CHECK(metrics.connections_closed.value() == 200);
  CHECK(metrics.connections_limit.value() == 5);
  CHECK(outcomes.elapsed < 3_s);  // 40 rounds of 20 ms and what the network takes
}

TEST_CASE("a full server ends on SIGTERM like any other", "[httpd]") {
  Setting setting;
  setting.limits.connections = 1;
  setting.stops_at = 2_s;
  const Outcomes outcomes = play({silent(), asks_once(1_s)}, setting);
  CHECK(outcomes.stopping < 1_s);
  CHECK(outcomes.talks[1].received.empty());
}

TEST_CASE("a client with too many connections is told so, and may come back", "[httpd]") {
  Metrics metrics;
  Setting setting;
  setting.metrics = &metrics;
  setting.limits.connections_per_client = 2;
  setting.limits.idle = 3_s;
  std::vector<Client> clients = {silent(), silent(1_ms), asks_once(2_ms), silent(3_ms),
                                 asks_once(5_s)};
  for (std::size_t i = 1; i < clients.size(); ++i) clients[i].shares_host = true;
  clients.push_back(asks_once(2_ms));  // somebody else
  std::vector<std::string> log;
  setting.on_access = [&](const Access& access) {
    log.push_back(std::to_string(access.status) + " " + std::string(access.method));
  };
  const Outcomes outcomes = play(clients, setting);
  const std::vector<Reply> refusal = replies(outcomes.talks[2].received);
  REQUIRE(refusal.size() == 1);
  CHECK(refusal[0].status == 429);
  CHECK(refusal[0].fields.at("retry-after") == "1");
  CHECK_FALSE(refusal[0].keep_alive);
  CHECK(outcomes.talks[2].error == 0);
  CHECK(statuses(outcomes.talks[3].received) == "429 close");
  CHECK(outcomes.talks[3].ended < 10_ms);  // without a request, too
  CHECK(statuses(outcomes.talks[4].received) == "200");
  CHECK(statuses(outcomes.talks[5].received) == "200");
  CHECK(metrics.connections_refused.value() == 2);
  CHECK(metrics.connections_accepted.value() == 6);
  CHECK(metrics.connections_closed.value() == 6);
  CHECK(std::ranges::count(log, "429 ") == 2);
}

TEST_CASE("a flood from one client does not take the places of others", "[httpd]") {
  Metrics metrics;
  Setting setting;
  setting.metrics = &metrics;
  setting.limits.connections = GENERATE(100u, 50u, 20u);
  CAPTURE(setting.limits.connections);
  setting.limits.connections_per_client = 10;
  std::vector<Client> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(silent(1_ms * i));
    clients.back().shares_host = i > 0;
    clients.back().reads_from = 5_s;
  }
  for (int i = 0; i < 20; ++i) clients.push_back(asks_once(300_ms + 20_ms * i));
  const Outcomes outcomes = play(clients, setting);
  int told = 0;
  int reset = 0;
  for (int i = 0; i < 1000; ++i) {
    told += outcomes.talks[i].received.starts_with("HTTP/1.1 429");
    reset += outcomes.talks[i].error == ECONNRESET;
  }
  CHECK(told + reset == 990);
  CHECK(told >= static_cast<int>(setting.limits.connections - 10) / 2);
  CHECK(reset > 800);
  for (int i = 1000; i < 1020; ++i) {
    CHECK(statuses(outcomes.talks[i].received) == "200");
    CHECK(outcomes.talks[i].ended < 20_ms);
  }
  CHECK(metrics.connections_refused.value() == 990);
}

TEST_CASE("after so many requests a connection is closed, and the last answer says so", "[httpd]") {
  Setting setting;
  setting.limits.requests_per_connection = 3;
  Client client;
  client.acts = {{{}, get("/a") + get("/none") + get("/a") + get("/a") + get("/a")}};
  CHECK(statuses(play({client}, setting).talks[0].received) == "200 404 200 close");
  client.acts = {{{}, get("/a")}, {1_s, get("/a")}, {1_s, get("/a")}, {1_s, get("/a")}};
  CHECK(statuses(play({client}, setting).talks[0].received) == "200 200 200 close");
  setting.limits.requests_per_connection = 1;
  CHECK(statuses(play({client}, setting).talks[0].received) == "200 close");
}

TEST_CASE("a client is an IPv4 address, or 64 bits of an IPv6 address", "[httpd]") {
  Metrics metrics;
  Limits limits;
  limits.connections_per_client = 1;
  Admission admission(limits, metrics);
  const auto is_new = [&](const char* address) {
    const Admission::Place place = admission.enter(Address::parse(address).value());
    return !place.is_turned_away();
  };
  {
    const Admission::Place first = admission.enter(Address::parse("10.0.0.1", 1).value());
    const Admission::Place second = admission.enter(Address::parse("2001:db8::1", 1).value());
    CHECK_FALSE(is_new("10.0.0.1"));
    CHECK(is_new("10.0.0.2"));
    CHECK_FALSE(is_new("2001:db8::1"));
    CHECK_FALSE(is_new("2001:db8::ffff:1:2:3"));
    CHECK(is_new("2001:db8:0:1::1"));
    CHECK(is_new("a00:1::"));  // begins with the bytes of 10.0.0.1
    CHECK(admission.known_clients() == 2);
  }
  CHECK(admission.known_clients() == 0);
  CHECK(admission.open_connections() == 0);
  CHECK(admission.being_turned_away() == 0);
}

}  // namespace
}  // namespace rill::httpd
