// net/client and its connections: reuse, staleness, names with several addresses, kill.
#include <set>

#include "net/client/client.h"
#include "scheduler/group.h"
#include "scheduler/sleep.h"
#include "scheduler/spawn.h"
#include "scheduler/timeout.h"
#include "tests/lessons/crawler/scripted_origin.h"
#include "tests/testing/property.h"

namespace rill::testing {
namespace {

using http::Client;
using http::FetchError;
using http::FetchFault;
using http::FetchOptions;

/// The status of each fetch, or the name of its fault.
Task<std::string> outcome_of(Client& client, std::string url) {
  try {
    const http::Page page = co_await client.fetch(std::move(url));
    co_return std::to_string(page.status);
  } catch (const FetchError& error) {
    co_return std::string(http::to_string(error.fault()));
  }
}

Task<> fetch_in_turn(Client& client, std::vector<std::string> urls, Duration pause,
                     std::vector<std::string>& outcomes) {
  for (const std::string& url : urls) {
    std::string outcome = co_await outcome_of(client, url);
    outcomes.push_back(std::move(outcome));
    co_await sleep(pause);
  }
}

struct Outcomes {
  std::vector<std::string> all;
  std::uint64_t retries = 0;
};

Outcomes fetch_all(ScriptedOrigin& origin, const std::vector<std::string>& urls,
                   const FetchOptions& options = {}, Duration between = {},
                   const Simulation& simulation = {}) {
  Outcomes outcomes;
  simulate(origin, simulation, [&]() -> Task<> {
    Client client(options);
    co_await fetch_in_turn(client, urls, between, outcomes.all);
    outcomes.retries = client.retries();
  });
  return outcomes;
}

const std::vector<std::string> kTwice = {"http://site.test/", "http://site.test/"};
using Words = std::vector<std::string>;

TEST_CASE("requests to one host share a connection") {
  ScriptedOrigin origin;
  origin.on("/", {send(page("abc"))});
  CHECK(fetch_all(origin, {kTwice[0], kTwice[0], "http://SITE.TEST:80/b"}).all ==
        Words{"200", "200", "404"});
  CHECK(origin.connections() == 1);
}

TEST_CASE("a connection that the server closed while it was idle is replaced once (C6)") {
  ScriptedOrigin origin;
  origin.on("/", {send(page("abc")), pause(milliseconds(10)), close()});
  const Outcomes outcomes = fetch_all(origin, kTwice, {}, milliseconds(100));
  CHECK(outcomes.all == Words{"200", "200"});
  CHECK(outcomes.retries == 1);
  CHECK(origin.connections() == 2);
}

TEST_CASE("a connection that is reset as the request leaves is replaced once (C6)") {
  ScriptedOrigin origin;
  origin.on("/", {send(page("abc"))});
  origin.on("/", {reset()});
  origin.on("/", {send(page("abc"))});
  const Outcomes outcomes = fetch_all(origin, kTwice);
  CHECK(outcomes.all == Words{"200", "200"});
  CHECK(origin.count("/") == 3);
  CHECK(outcomes.retries == 1);
}

TEST_CASE("what fails on a new connection is not tried again (C6)") {
  ScriptedOrigin origin;
  origin.on("/", {close()});
  CHECK(fetch_all(origin, {"http://site.test/"}).all == Words{"truncated"});
  CHECK(origin.count("/") == 1);
}

TEST_CASE("a response that has begun is not asked for again (C6)") {
  ScriptedOrigin origin;
  origin.on("/", {send(page("abc"))});
  origin.on("/", {send("HTTP/1.1 2"), reset()});
  const Outcomes outcomes = fetch_all(origin, kTwice);
  CHECK(outcomes.all == Words{"200", "connection_lost"});
  CHECK(outcomes.retries == 0);
}

TEST_CASE("a server that says close is believed") {
  ScriptedOrigin origin;
  origin.on("/", {send(page("abc", "Connection: close\r\n"))});
  CHECK(fetch_all(origin, kTwice).all == Words{"200", "200"});
  CHECK(origin.connections() == 2);
}

TEST_CASE("connections idle for too long are not used again") {
  ScriptedOrigin origin;
  origin.on("/", {send(page("abc"))});
  FetchOptions options;
  options.idle_limit = seconds(1);
  const Outcomes outcomes = fetch_all(origin, kTwice, options, seconds(2));
  CHECK(outcomes.all == Words{"200", "200"});
  CHECK(outcomes.retries == 0);
  CHECK(origin.connections() == 2);
}

TEST_CASE("a client that keeps no connections tells the server so") {
  ScriptedOrigin origin;
  FetchOptions options;
  options.most_idle_connections = 0;
  CHECK(fetch_all(origin, kTwice, options).all == Words{"404", "404"});
  CHECK(origin.connections() == 2);
  CHECK(origin.received().find("Connection: close\r\n") != std::string::npos);
}

TEST_CASE("idle connections are bounded over all hosts") {
  ScriptedOrigin origin;
  FetchOptions options;
  options.most_idle_connections = 2;
  Simulation simulation;
  simulation.prepare = [](simnet::Network& network) {
    for (const char* name : {"a.test", "b.test", "c.test"})
      network.add_name(name, {network.address(1)});
  };
  const Outcomes outcomes = fetch_all(origin,
                                      {"http://a.test/", "http://b.test/", "http://c.test/",
                                       "http://c.test/", "http://b.test/", "http://a.test/"},
                                      options, {}, simulation);
  CHECK(outcomes.all == Words(6, "404"));
  CHECK(origin.connections() == 4);  // that to a.test was the oldest
}

TEST_CASE("unknown names, silent name servers and refused ports are told apart (C8)") {
  ScriptedOrigin origin;
  FetchOptions options;
  options.deadline = seconds(60);
  Simulation simulation;
  simulation.prepare = [](simnet::Network& network) {
    simnet::NameOptions silence;
    silence.answer = simnet::NameOptions::Answer::silence;
    network.add_name("silent.test", {network.address(1)}, silence);
  };
  CHECK(fetch_all(origin, {"http://nobody.test/", "http://silent.test/", "http://site.test:81/"},
                  options, {}, simulation)
            .all == Words{"no_address", "no_address", "no_connection"});
}

TEST_CASE("of several addresses the first that answers is used (C8)") {
  ScriptedOrigin origin;
  Simulation simulation;
  simulation.prepare = [](simnet::Network& network) {
    const HostId refuses = network.add_host("refuses.test");
    network.add_name("many.test", {network.address(refuses), network.address(1)});
  };
  CHECK(fetch_all(origin, {"http://many.test/"}, {}, {}, simulation).all == Words{"404"});
}

TEST_CASE("a name that takes long delays nobody else (C8, C11)") {
  ScriptedOrigin origin;
  std::vector<std::string> outcomes;
  Duration quick;
  Simulation simulation;
  simulation.prepare = [](simnet::Network& network) {
    simnet::NameOptions slow;
    slow.delay = seconds(5);
    network.add_name("slow.test", {network.address(1)}, slow);
  };
  simulate(origin, simulation, [&]() -> Task<> {
    Client client;
    Group group;
    group.spawn(fetch_in_turn(client, {"http://slow.test/"}, {}, outcomes));
    const Instant begun = now();
    std::string outcome = co_await outcome_of(client, "http://site.test/");
    quick = now() - begun;
    outcomes.push_back(std::move(outcome));
    co_await group.wait();
  });
  CHECK(outcomes == Words{"404", "404"});
  CHECK(quick < milliseconds(20));
}

RILL_PROPERTY("a fetch that is killed at any moment leaves no socket and harms no other",
              std::uint64_t seed) {
  const Duration until_kill = microseconds(*rc::gen::inRange<std::int64_t>(0, 60'000));
  ScriptedOrigin origin;
  origin.on("/", {pause(milliseconds(10)), send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc"),
                  pause(milliseconds(10)), send("def")});
  origin.on("/moved", {pause(milliseconds(5)), send(redirect("/"))});
  std::vector<std::string> victim, other;
  simulate(origin, {seed, /*is_rough=*/true}, [&]() -> Task<> {
    Client client;
    TaskRef fetching =
        spawn(fetch_in_turn(client, {"http://site.test/moved", "http://site.test/"}, {}, victim));
    co_await sleep(until_kill);
    co_await kill(fetching);
    co_await fetch_in_turn(client, {"http://site.test/"}, {}, other);
  });
  RC_ASSERT(other == Words{"200"});  // `simulate` throws for anything that is left
}

}  // namespace
}  // namespace rill::testing
