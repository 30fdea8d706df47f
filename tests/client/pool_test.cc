// Connections: limits for each host and for all, who waits for whom, kill.
#include "net/client/connection_pool.h"
#include "net/client/dial.h"
#include "scheduler/group.h"
#include "scheduler/sleep.h"
#include "tests/client/fetching.h"
#include "tests/testing/property.h"

namespace rill::testing {
namespace {

using http::Client;
using http::FetchOptions;

const Script kSlow = {pause(milliseconds(10)), send(page("abc"))};

Task<> fetch_into(Client& client, std::string url, std::vector<std::string>& ended) {
  Fetched fetched = co_await fetch_one(client, request_of("GET", url));
  ended.push_back(fetched.word() + " " + url);
}

Task<> fetch_at_once(Client& client, const std::vector<std::string>& urls,
                     std::vector<std::string>& ended) {
  Group fetches;
  for (const std::string& url : urls) fetches.spawn(fetch_into(client, url, ended));
  co_await fetches.wait();
}

/// Fetches all at once; their words and URLs in the order in which they ended.
std::vector<std::string> fetch_all(ScriptedOrigin& origin, const FetchOptions& options,
                                   const std::vector<std::string>& urls,
                                   const Simulation& simulation = {}) {
  std::vector<std::string> ended;
  simulate(origin, simulation, [&]() -> Task<> {
    Client client(options);
    co_await fetch_at_once(client, urls, ended);
  });
  return ended;
}

std::vector<std::string> numbered(ScriptedOrigin& origin, int count) {
  std::vector<std::string> urls;
  for (int i = 0; i < count; ++i) {
    origin.on("/" + std::to_string(i), kSlow);
    urls.push_back(kHome + std::to_string(i));
  }
  return urls;
}

/// Names that are all the site.
Simulation with_names(std::vector<std::string> names) {
  Simulation simulation;
  simulation.prepare = [names](simnet::Network& network) {
    for (const std::string& name : names) network.add_name(name, {network.address(1)});
  };
  return simulation;
}

TEST_CASE("a host gets no more connections than its limit, and requests wait their turn") {
  for (const std::size_t most : {1, 2, 5}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      ScriptedOrigin origin;
      const auto urls = numbered(origin, 12);
      FetchOptions options;
      options.most_connections_per_host = most;
      const auto ended = fetch_all(origin, options, urls, {seed, /*is_rough=*/true});
      CHECK(ended.size() == 12);
      for (const std::string& one : ended) CHECK(one.starts_with("200 "));
      CHECK(origin.most_in_flight() == most);
      CHECK(origin.connections() == most);
    }
  }
}

TEST_CASE("whoever asked first is served first") {
  ScriptedOrigin origin;
  const auto urls = numbered(origin, 8);
  FetchOptions options;
  options.most_connections_per_host = 1;
  std::vector<std::string> expected;
  for (const std::string& url : urls) expected.push_back("200 " + url);
  CHECK(fetch_all(origin, options, urls) == expected);
}

TEST_CASE("a host that hangs holds up nobody but itself (C11)") {
  ScriptedOrigin origin;
  origin.on("/hang", {hang()});
  origin.on("/", kSlow);
  FetchOptions options;
  options.most_connections_per_host = 1;
  options.deadline = seconds(1);
  const auto ended = fetch_all(
      origin, options,
      {"http://a.test/hang", "http://a.test/hang", "http://a.test/hang", "http://b.test/"},
      with_names({"a.test", "b.test"}));
  CHECK(ended[0] == "200 http://b.test/");
  CHECK(ended.size() == 4);
  for (std::size_t i = 1; i < 4; ++i) CHECK(ended[i] == "timed_out http://a.test/hang");
}

TEST_CASE("who waits for a connection to the deadline is told so") {
  ScriptedOrigin origin;
  origin.on("/", {send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc"), hang()});
  FetchOptions options;
  options.most_connections_per_host = 1;
  options.deadline = seconds(1);
  std::string sentence;
  simulate(origin, {}, [&]() -> Task<> {
    Client client(options);
    const http::FetchResponse held = co_await client.start(request_of("GET"));
    const Fetched fetched = co_await fetch_one(client, request_of("GET"));
    sentence = fetched.sentence;
  });
  CHECK(sentence ==
        "http://site.test/: timed out after 1.000 s, while waiting for a free connection");
}

TEST_CASE("the limit over all hosts counts idle connections, and closes them to make room") {
  ScriptedOrigin origin;
  origin.on("/", {send(page("abc"))});
  FetchOptions options;
  options.most_connections = 2;
  std::vector<std::string> ended;
  std::vector<std::size_t> open;
  simnet::Network* world = nullptr;
  Simulation simulation = with_names({"a.test", "b.test", "c.test"});
  const auto names = simulation.prepare;
  simulation.prepare = [&](simnet::Network& network) {
    names(network);
    world = &network;
  };
  simulate(origin, simulation, [&]() -> Task<> {
    Client client(options);
    for (const char* url : {"http://a.test/", "http://b.test/", "http://c.test/", "http://b.test/",
                            "http://a.test/"}) {
      co_await fetch_into(client, url, ended);
      open.push_back(world->open_sockets(2));
    }
  });
  CHECK(open == std::vector<std::size_t>{1, 2, 2, 2, 2});
  CHECK(origin.connections() == 4);  // b.test was still there
}

TEST_CASE("at the limit over all hosts requests wait, and all are answered") {
  ScriptedOrigin origin;
  origin.on("/", kSlow);
  FetchOptions options;
  options.most_connections = 2;
  options.most_connections_per_host = 1;
  std::vector<std::string> urls;
  for (int i = 0; i < 12; ++i) urls.push_back("http://" + std::string(1, "abc"[i % 3]) + ".test/");
  const auto ended = fetch_all(origin, options, urls, with_names({"a.test", "b.test", "c.test"}));
  CHECK(ended.size() == 12);
  for (const std::string& one : ended) CHECK(one.starts_with("200 "));
  CHECK(origin.most_in_flight() == 2);
}

TEST_CASE("connections are shared by scheme, host and port alone") {
  const auto origin = [](const char* url) { return http::origin_of(*http::Url::parse(url)); };
  CHECK(origin("http://a/x") == origin("HTTP://A:80/y"));
  CHECK(origin("http://a/") != origin("https://a/"));
  CHECK(origin("http://a:443/") != origin("https://a/"));
  CHECK(origin("http://a/") != origin("https://a:80/"));
  CHECK(origin("http://a/") != origin("http://a:81/"));
}

RILL_PROPERTY("a waiter that is killed passes its turn on, and nothing is lost",
              std::uint64_t seed) {
  const Duration until_kill = microseconds(*rc::gen::inRange<std::int64_t>(0, 60'000));
  const auto victim = *rc::gen::inRange<std::size_t>(0, 6);
  ScriptedOrigin origin;
  const auto urls = numbered(origin, 6);
  std::vector<std::string> ended;
  simulate(origin, {seed, /*is_rough=*/true}, [&]() -> Task<> {
    FetchOptions options;
    options.most_connections_per_host = 2;
    options.most_connections = 2;
    Client client(options);
    Group fetches;
    std::vector<TaskRef> tasks;
    for (const std::string& url : urls) {
      tasks.push_back(fetches.spawn(fetch_into(client, url, ended)));
    }
    co_await sleep(until_kill);
    co_await kill(tasks[victim]);
    co_await fetches.wait();
    co_await fetch_at_once(client, {urls[0], urls[1]}, ended);
  });
  RC_ASSERT(ended.size() == 7 || ended.size() == 8);
  for (const std::string& one : ended) RC_ASSERT(one.starts_with("200 "));
  RC_ASSERT(origin.most_in_flight() <= 3);  // a killed one is still being answered
}

}  // namespace
}  // namespace rill::testing
