// Requests of all kinds: methods, fields, bodies, "100 Continue"; what redirects make of them; what
// a program does not let them reach.
#include "net/client/address_policy.h"
#include "net/client/fetch_request.h"
#include "net/server.h"
#include "scheduler/run.h"
#include "scheduler/sleep.h"
#include "tests/client/fetching.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using http::FetchOptions;
using http::FetchRequest;
using http::redirect;

FetchRequest post(std::string body) {
  FetchRequest request = request_of("POST");
  request.body = std::move(body);
  return request;
}

/// Gives the pieces one after the other, 1 ms apart.
http::BodySource pieces(std::vector<std::string> all) {
  auto rest = std::make_shared<std::vector<std::string>>(all.rbegin(), all.rend());
  return [rest]() -> Task<std::string> {
    co_await sleep(milliseconds(1));
    if (rest->empty()) co_return "";
    std::string piece = std::move(rest->back());
    rest->pop_back();
    co_return piece;
  };
}

std::string sent_by(const FetchRequest& request, const FetchOptions& options = {}) {
  ScriptedOrigin origin;
  fetch_alone(origin, options, request);
  return origin.received();
}

std::string moved(int status, std::string_view location) {
  return "HTTP/1.1 " + std::to_string(status) + " Moved\r\nLocation: " + std::string(location) +
         "\r\nContent-Length: 0\r\n\r\n";
}

TEST_CASE("a request has its method, its fields and its body, and says how long that is") {
  FetchRequest request = post("name=x");
  request.fields = {{"Content-Type", "text/plain"}, {"User-Agent", "me"}};
  const std::string sent = sent_by(request);
  CHECK(sent.starts_with("POST / HTTP/1.1\r\nHost: site.test\r\n"));
  CHECK(sent.ends_with("\r\n\r\nname=x"));
  CHECK_THAT(sent, contains("Content-Type: text/plain\r\n"));
  CHECK_THAT(sent, contains("Content-Length: 6\r\n"));
  CHECK_THAT(sent, contains("User-Agent: me\r\n"));
  CHECK(sent.find("User-Agent: rill") == std::string::npos);
  CHECK_THAT(sent_by(post("")), contains("Content-Length: 0\r\n"));
  CHECK(sent_by(request_of("DELETE")).find("Content-Length") == std::string::npos);
}

TEST_CASE("no field puts a line of its own into a request (C4)") {
  const auto refused = [](const FetchRequest& request) {
    ScriptedOrigin origin;
    const Fetched fetched = fetch_alone(origin, {}, request);
    const bool is_refused = fetched.word() == "bad_request";
    CHECK(origin.connections() == (is_refused ? 0 : 1));
    return is_refused;
  };
  const auto with_field = [](std::string name, std::string value) {
    FetchRequest request = request_of("GET");
    request.fields = {{std::move(name), std::move(value)}};
    return request;
  };
  CHECK_FALSE(refused(with_field("X", "plain\tand \xc3\xa9")));
  CHECK(refused(with_field("X", "a\r\nEvil: 1")));
  CHECK(refused(with_field("X", "a\nEvil: 1")));
  CHECK(refused(with_field("X", std::string("a\0b", 3))));
  CHECK(refused(with_field("X: y\r\nEvil", "1")));
  CHECK(refused(with_field("X y", "1")));
  CHECK(refused(with_field("", "1")));
  for (const char* name : {"Host", "content-length", "Transfer-Encoding", "Connection", "Expect",
                           "TE", "Upgrade", "Accept-Encoding"}) {
    CHECK(refused(with_field(name, "1")));
  }
  for (const char* method : {"", "GET / HTTP/1.1\r\nX: y", "GE T", "CONNECT"}) {
    CHECK(refused(request_of(method)));
  }
  FetchRequest two_bodies = post("a");
  two_bodies.source = pieces({"b"});
  CHECK(refused(two_bodies));
  FetchRequest trace = request_of("TRACE");
  trace.body = "a";
  CHECK(refused(trace));
}

TEST_CASE("a streamed body goes in chunks, or with the length that was announced") {
  FetchRequest chunked = request_of("PUT");
  chunked.source = pieces({"abc", "de"});
  CHECK_THAT(sent_by(chunked), contains("Transfer-Encoding: chunked\r\n"));
  CHECK(sent_by(chunked).ends_with("\r\n\r\n0\r\n\r\n"));  // the source is used up
  chunked.source = pieces({"abc", "de"});
  CHECK(sent_by(chunked).ends_with("\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));

  FetchRequest sized = request_of("PUT");
  sized.source = pieces({"abc", "de"});
  sized.source_bytes = 5;
  const std::string sent = sent_by(sized);
  CHECK_THAT(sent, contains("Content-Length: 5\r\n"));
  CHECK(sent.ends_with("\r\n\r\nabcde"));
}

TEST_CASE("a source that gives more or less than announced fails the fetch, and is no request") {
  for (const std::uint64_t announced : {4, 6}) {
    FetchRequest request = request_of("PUT");
    request.source = pieces({"abc", "de"});
    request.source_bytes = announced;
    ScriptedOrigin origin;
    CHECK(fetch_alone(origin, {}, request).word() == "bad_request");
    CHECK(origin.requests().empty());
  }
}

TEST_CASE("what a source throws comes out as it is") {
  FetchRequest request = request_of("PUT");
  request.source = []() -> Task<std::string> {
    co_await null();
    throw NetError("read", "the disk", EIO);
  };
  ScriptedOrigin origin;
  std::string error;
  simulate(origin, {}, [&]() -> Task<> {
    http::Client client;
    try {
      co_await client.fetch(request);
    } catch (const NetError& caught) {
      error = caught.operation();
    }
  });
  CHECK(error == "read");
}

TEST_CASE("a large body arrives whole, over a rough network too") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    ScriptedOrigin origin;
    origin.on("/", {send(page("thanks"))});
    const std::string body(700'000, 'b');
    const Fetched fetched = fetch_alone(origin, {}, post(body), {seed, seed > 1});
    CHECK(fetched.body == "thanks");
    CHECK(origin.received().ends_with("\r\n\r\n" + body));
  }
}

/// Answers as soon as the head is there, and reads nothing more.
Task<> answer_the_head(Connection connection) {
  std::string line;
  do {
    line = co_await connection.readline();
  } while (line.size() > 2);
  co_await connection.sendall("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
  co_await sleep(seconds(60));
}

/// Fetches from a server that is `handler`, after which so many connections may be used again.
Fetched fetch_from(Task<> (*handler)(Connection), const FetchRequest& request,
                   const FetchOptions& options = {}, std::size_t expected_idle = 0) {
  Fetched fetched;
  std::size_t idle = 0;
  simnet::Network network;
  network.add_host(kSite);
  const auto scenario = [&]() -> Task<> {
    Group serving;
    serving.spawn_on(1, [&] { return server("", 80, handler); });
    co_await sleep(milliseconds(1));
    http::Client client(options);
    fetched = co_await fetch_one(client, request);
    idle = client.idle_connections();
    co_await serving.cancel();
  };
  run(scenario(), network);
  CHECK(network.open_sockets() == 0);
  CHECK(idle == expected_idle);
  return fetched;
}

TEST_CASE("a server that answers before it has read everything is heard") {
  const Fetched fetched = fetch_from(answer_the_head, post(std::string(20'000'000, 'b')));
  CHECK(fetched.status == 413);
  CHECK(fetched.body == "no");
  CHECK(fetched.elapsed < seconds(1));
}

Task<> read_nothing(Connection connection) {
  co_await sleep(seconds(600));
  connection.close();
}

TEST_CASE("a server that takes nothing is silent") {
  FetchOptions options;
  options.idle_timeout = seconds(2);
  const Fetched fetched = fetch_from(read_nothing, post(std::string(20'000'000, 'b')), options);
  CHECK(fetched.word() == "idle_timed_out");
  CHECK_THAT(fetched.sentence,
             contains("the server was silent for 2.000 s, while sending the request"));
}

TEST_CASE("a body that waits for 100 Continue goes when that comes, or after a second") {
  FetchRequest request = post("hello");
  request.expects_continue = true;
  const auto says_continue = [](Connection connection) -> Task<> {
    std::string line;
    do {
      line = co_await connection.readline();
    } while (line.size() > 2);
    co_await connection.sendall("HTTP/1.1 100 Continue\r\n\r\n");
    const std::string body = co_await connection.recv(100);
    co_await connection.sendall(page(body));
    co_await connection.recv(1);
  };
  const Fetched told = fetch_from(says_continue, request, {}, 1);
  CHECK(told.body == "hello");
  CHECK(told.elapsed < milliseconds(500));

  ScriptedOrigin origin;  // knows nothing of it
  origin.on("/", {send(page("thanks"))});
  const Fetched untold = fetch_alone(origin, {}, request);
  CHECK(untold.body == "thanks");
  CHECK(untold.elapsed >= seconds(1));
  CHECK(untold.elapsed < seconds(2));

  const Fetched refused = fetch_from(answer_the_head, request);
  CHECK(refused.status == 413);
  CHECK(refused.elapsed < milliseconds(500));
}

TEST_CASE("a POST does not go out on a connection that the server has closed (C6)") {
  ScriptedOrigin origin;
  origin.on("/", {send(page("abc")), pause(milliseconds(10)), close()});
  origin.on("/late", {send(page("abc")), pause(milliseconds(10)), send("unasked"), hang()});
  std::vector<std::string> words;
  simulate(origin, {}, [&]() -> Task<> {
    http::Client client;
    for (const char* target : {"", "late", "late", "none", "none"}) {
      const Fetched fetched =
          co_await fetch_one(client, request_of("POST", kHome + std::string(target)));
      words.push_back(fetched.word());
      co_await sleep(milliseconds(100));
    }
    CHECK(client.retries() == 0);
  });
  CHECK(words == std::vector<std::string>{"200", "200", "200", "404", "404"});
  CHECK(origin.connections() == 4);  // the last two share one
}

TEST_CASE("303 makes a GET of anything but HEAD, 301 and 302 of a POST, 307 and 308 of nothing") {
  const auto after = [](int status, const char* method) {
    FetchRequest request = request_of(method);
    request.body = "x";
    request.fields = {{"Content-Type", "a/b"}, {"X", "y"}};
    REQUIRE(redirect(request, status, *http::Url::parse("http://site.test/b")));
    CHECK(request.url.text() == "http://site.test/b");
    CHECK(request.fields.size() == (request.body.empty() ? 1 : 2));
    return request.method + (request.body.empty() ? "" : " with its body");
  };
  CHECK(after(303, "POST") == "GET");
  CHECK(after(303, "PUT") == "GET");
  CHECK(after(303, "HEAD") == "HEAD with its body");
  CHECK(after(301, "POST") == "GET");
  CHECK(after(302, "POST") == "GET");
  CHECK(after(301, "PUT") == "PUT with its body");
  CHECK(after(307, "POST") == "POST with its body");
  CHECK(after(308, "POST") == "POST with its body");
}

TEST_CASE("a POST that is answered by 303 ends with a GET, of the same URL too") {
  ScriptedOrigin origin;
  origin.on("/", {send(moved(303, "/"))});
  origin.on("/", {send(page("done"))});
  const Fetched fetched = fetch_alone(origin, {}, post("x"));
  CHECK(fetched.body == "done");
  CHECK_THAT(origin.received(), contains("xGET / HTTP/1.1\r\n"));
}

TEST_CASE("a streamed body cannot follow a 307") {
  ScriptedOrigin origin;
  origin.on("/", {send(moved(307, "/a"))});
  FetchRequest request = request_of("POST");
  request.source = pieces({"a"});
  const Fetched fetched = fetch_alone(origin, {}, request);
  CHECK(fetched.word() == "bad_redirect");
  CHECK_THAT(fetched.sentence, contains("a streamed body is gone"));
}

TEST_CASE("secrets stay with the origin that they were meant for") {
  const auto fields_after = [](const char* location) {
    FetchRequest request = request_of("GET", "http://site.test/");
    request.fields = {{"authorization", "Basic eDp5"},
                      {"Cookie", "a=b"},
                      {"Proxy-Authorization", "z"},
                      {"Accept", "*/*"}};
    REQUIRE(redirect(request, 302, *http::Url::parse(location)));
    return request.fields.size();
  };
  CHECK(fields_after("http://site.test/b") == 4);
  CHECK(fields_after("http://other.test/") == 1);
  CHECK(fields_after("http://site.test:81/") == 1);
  CHECK(fields_after("https://site.test/") == 1);
}

/// Names, and what they mean; site.test is 10.0.0.1.
Simulation with_name(const char* name, std::vector<Address> addresses) {
  Simulation simulation;
  simulation.prepare = [=](simnet::Network& network) { network.add_name(name, addresses); };
  return simulation;
}

TEST_CASE("no name, literal or redirect leads to a private address that is not allowed (C3)") {
  FetchOptions options;
  options.allows_address = http::is_public;
  for (const char* url : {"http://site.test/", "http://10.0.0.1/", "http://127.0.0.1/",
                          "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://localhost/",
                          "http://169.254.169.254/latest/meta-data"}) {
    INFO(url);
    ScriptedOrigin origin;
    const Fetched fetched = fetch_alone(origin, options, request_of("GET", url));
    CHECK(fetched.word() == "not_allowed");
    CHECK(origin.connections() == 0);
  }
  ScriptedOrigin origin;
  CHECK(fetch_alone(origin, options).sentence ==
        "http://site.test/: site.test is 10.0.0.1, which is not allowed");
}

TEST_CASE("of several addresses of a name only those that are allowed are tried (C3)") {
  FetchOptions options;
  options.allows_address = [](const Address& address) { return address.host_text() == "10.0.0.1"; };
  ScriptedOrigin origin;
  const Address secret = Address::ipv4(10, 0, 0, 9);
  const Address site = Address::ipv4(10, 0, 0, 1);
  CHECK(fetch_alone(origin, options, request_of("GET", "http://both.test/"),
                    with_name("both.test", {secret, site}))
            .word() == "404");
}

TEST_CASE("a name that changes its meaning is asked about again, each time (C3)") {
  FetchOptions options;
  options.most_idle_connections = 0;
  options.allows_address = [](const Address& address) { return address.bytes[3] == 1; };
  ScriptedOrigin origin;
  simnet::Network* network = nullptr;
  Simulation simulation;
  simulation.prepare = [&](simnet::Network& world) {
    network = &world;
    world.add_name("rebinds.test", {world.address(1)});
  };
  std::vector<std::string> words;
  simulate(origin, simulation, [&]() -> Task<> {
    http::Client client(options);
    for (int i = 0; i < 2; ++i) {
      const Fetched fetched = co_await fetch_one(client, request_of("GET", "http://rebinds.test/"));
      words.push_back(fetched.word());
      network->add_name("rebinds.test", {network->address(2)});
    }
  });
  CHECK(words == std::vector<std::string>{"404", "not_allowed"});
}

}  // namespace
}  // namespace rill::testing
