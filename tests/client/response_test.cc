// Responses that are pulled: piece by piece, as a whole, abandoned, too slow; and the timeouts that
// hold for all fetches.
#include "net/client/fetch_response.h"
#include "scheduler/sleep.h"
#include "scheduler/spawn.h"
#include "tests/client/fetching.h"
#include "tests/http/coded.h"
#include "tests/testing/property.h"

namespace rill::testing {
namespace {

using http::Client;
using http::FetchOptions;
using http::FetchResponse;

TEST_CASE("a body is pulled piece by piece, and then the connection is used again") {
  ScriptedOrigin origin;
  origin.on("/", {send("HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 6\r\n\r\nabc"),
                  pause(milliseconds(10)), send("def")});
  std::string body;
  simulate(origin, {}, [&]() -> Task<> {
    Client client;
    FetchResponse response = co_await client.start(request_of("GET"));
    CHECK(response.status() == 200);
    CHECK(response.field("x-a") == "b");
    CHECK(response.fields().size() == 2);
    CHECK(client.idle_connections() == 0);
    for (;;) {
      const std::string_view piece = co_await response.read();
      if (piece.empty()) break;
      body += std::string(piece) + "|";
    }
    const std::string_view more = co_await response.read();
    CHECK(more.empty());
    CHECK(response.field("x-a") == "b");
    CHECK(client.idle_connections() == 1);
    co_await client.fetch(request_of("GET"));
  });
  CHECK(body == "abc|def|");
  CHECK(origin.connections() == 1);
}

TEST_CASE("a response is decoded as it is pulled, and may be had as a whole") {
  const std::string content(100'000, 'x');
  ScriptedOrigin origin;
  origin.on("/", {send(page(http::gzip(content), "Content-Encoding: gzip\r\n"))});
  std::string body;
  simulate(origin, {}, [&]() -> Task<> {
    Client client;
    FetchResponse response = co_await client.start(request_of("GET"));
    body = co_await response.read_all();
  });
  CHECK(body == content);
}

TEST_CASE("a response that is left early closes its connection and ends its lease") {
  ScriptedOrigin origin;
  origin.on("/", {send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc"), hang()});
  origin.on("/", {send(page("next"))});
  std::string body;
  simulate(origin, {}, [&]() -> Task<> {
    FetchOptions options;
    options.most_connections_per_host = 1;
    Client client(options);
    {
      FetchResponse response = co_await client.start(request_of("GET"));
      const std::string_view piece = co_await response.read();
      CHECK(piece == "abc");
    }
    CHECK(client.idle_connections() == 0);
    const http::Page page = co_await client.fetch(request_of("GET"));
    body = page.body;
  });
  CHECK(body == "next");
  CHECK(origin.connections() == 2);
}

TEST_CASE("a response may outlive its client") {
  ScriptedOrigin origin;
  origin.on("/", {send(page("abc"))});
  std::string body;
  simulate(origin, {}, [&]() -> Task<> {
    std::optional<FetchResponse> response;
    {
      FetchOptions options;
      options.most_connections_per_host = 1;
      options.most_connections = 1;
      Client client(options);
      FetchResponse started = co_await client.start(request_of("GET"));
      response.emplace(std::move(started));
    }
    body = co_await response->read_all();
  });
  CHECK(body == "abc");
}

TEST_CASE("redirects and retries come before a pulled response") {
  ScriptedOrigin origin;
  origin.on("/", {send(redirect("/a"))});
  origin.on("/a", {send("HTTP/1.1 503 x\r\nContent-Length: 4\r\n\r\nbusy")});
  origin.on("/a", {send(page("abc"))});
  simulate(origin, {}, [&]() -> Task<> {
    FetchOptions options;
    options.retry.most_retries = 1;
    Client client(options);
    FetchResponse response = co_await client.start(request_of("GET"));
    CHECK(response.url().text() == "http://site.test/a");
    CHECK(response.redirects() == 1);
    CHECK(response.retries() == 1);
    const std::string body = co_await response.read_all();
    CHECK(body == "abc");
  });
  CHECK(origin.connections() == 1);
}

TEST_CASE("the deadline goes on while a response is pulled") {
  ScriptedOrigin origin;
  origin.on("/", {drip(page(std::string(1000, 'x')), milliseconds(10))});
  std::string sentence;
  Duration elapsed;
  simulate(origin, {}, [&]() -> Task<> {
    FetchOptions options;
    options.deadline = seconds(2);
    Client client(options);
    const Instant begun = now();
    FetchResponse response = co_await client.start(request_of("GET"));
    co_await sleep(seconds(1));
    for (int i = 0; i < 2; ++i) {  // a failed response stays failed
      try {
        co_await response.read_all();
      } catch (const http::FetchError& error) {
        sentence = error.what();
        if (i == 0) elapsed = now() - begun;
      }
    }
    CHECK(response.status() == 200);
  });
  CHECK(elapsed == seconds(2));
  CHECK_THAT(sentence, contains("http://site.test/: timed out after 2.000 s, after "));
}

TEST_CASE("a server that falls silent is told from a slow one") {
  FetchOptions options;
  options.idle_timeout = seconds(1);
  const Fetched slow = fetch_script({drip(page("0123456789"), milliseconds(100))}, options);
  CHECK(slow.body == "0123456789");

  const Fetched before = fetch_script({hang()}, options);
  CHECK(before.word() == "idle_timed_out");
  CHECK(before.sentence ==
        "http://site.test/: the server was silent for 1.000 s, while waiting for the response");
  const Fetched within =
      fetch_script({send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc"), hang()}, options);
  CHECK(within.word() == "idle_timed_out");
  CHECK_THAT(within.sentence,
             contains("the server was silent for 1.000 s, after 3 bytes of the body"));
  CHECK(within.elapsed < milliseconds(1100));
}

TEST_CASE("an address that does not answer is given up by the connect timeout") {
  FetchOptions options;
  options.connect_timeout = seconds(2);
  Simulation simulation;
  simulation.prepare = [](simnet::Network& network) {
    network.add_name("void.test", {Address::ipv4(192, 0, 2, 1)});
    simnet::NameOptions slow;
    slow.delay = seconds(5);
    network.add_name("slow.test", {network.address(1)}, slow);
  };
  for (const char* url : {"http://void.test/", "http://192.0.2.1/", "http://slow.test/"}) {
    ScriptedOrigin origin;
    const Fetched fetched = fetch_alone(origin, options, request_of("GET", url), simulation);
    CHECK(fetched.word() == "connect_timed_out");
    CHECK_THAT(fetched.sentence, contains(":80 within 2.000 s"));
    CHECK(fetched.elapsed == seconds(2));
  }
}

RILL_PROPERTY("a pulled response that is killed at any moment leaves nothing", std::uint64_t seed) {
  const Duration until_kill = microseconds(*rc::gen::inRange<std::int64_t>(0, 60'000));
  ScriptedOrigin origin;
  origin.on("/", {pause(milliseconds(10)), send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc"),
                  pause(milliseconds(10)), send("def")});
  const auto pull = [](Client& client) -> Task<> {
    http::FetchRequest request = request_of("PUT");
    request.body = std::string(100'000, 'b');
    FetchResponse response = co_await client.start(std::move(request));
    co_await response.read_all();
  };
  std::string word;
  simulate(origin, {seed, /*is_rough=*/true}, [&]() -> Task<> {
    FetchOptions options;
    options.most_connections_per_host = 1;
    Client client(options);
    TaskRef pulling = spawn(pull(client));
    co_await sleep(until_kill);
    co_await kill(pulling);
    const Fetched fetched = co_await fetch_one(client, request_of("GET"));
    word = fetched.word();
  });
  RC_ASSERT(word == "200");
}

}  // namespace
}  // namespace rill::testing
