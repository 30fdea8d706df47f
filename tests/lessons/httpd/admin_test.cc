// The operator's port, in virtual time: what it answers, and that no client of it can hold it up.
#include "lessons/httpd/admin.h"

#include "lessons/common/program.h"
#include "net/net.h"
#include "scheduler/run.h"
#include "simnet/network.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

/// A host with an operator's port, and another that asks.
struct Fixture {
  simnet::Network network;
  HostId home = network.add_host("home");
  HostId away = network.add_host("away");
  bool is_draining = false;

  AdminView view() {
    return {[this] { return is_draining; }, [] { return std::string("# a metric\n"); },
            [] { return std::string("Sun, 09 Sep 2001 01:46:40 GMT"); }};
  }
};

Task<> serve(Fixture& fixture) {
  co_await serve_admin(listen_for_admin("9090", /*is_real=*/false), fixture.view());
}

template <class F>
void play(Fixture& fixture, F script) {
  run(
      [](Fixture& f, F& body) -> Task<> {
        TaskRef server = spawn_on(f.home, serve(f));
        co_await sleep(1_ms);
        TaskRef client = spawn_on(f.away, body());
        co_await join(client);
        co_await kill(server);
      }(fixture, script),
      fixture.network);
  CHECK(fixture.network.open_sockets() == 0);
}

Task<std::string> ask(std::string bytes) {
  Connection connection = co_await connect("home", 9090);
  co_await connection.sendall(bytes);
  std::string received;
  for (;;) {
    const std::string piece = co_await connection.recv(65536);
    if (piece.empty()) co_return received;
    received += piece;
  }
}

TEST_CASE("health is ok until the server ends, metrics are Prometheus's", "[httpd][admin]") {
  Fixture f;
  play(f, [&]() -> Task<> {
    std::string received = co_await ask(get("/healthz"));
    Reply reply = replies(received).at(0);
    CHECK(reply.status == 200);
    CHECK(reply.body == "ok\n");
    CHECK_FALSE(reply.keep_alive);
    CHECK(reply.fields["cache-control"] == "no-store");
    f.is_draining = true;
    received = co_await ask(get("/healthz?verbose"));
    reply = replies(received).at(0);
    CHECK(reply.status == 503);
    CHECK(reply.body == "draining\n");
    CHECK(reply.fields["retry-after"] == "1");
    received = co_await ask(get("/metrics"));
    reply = replies(received).at(0);
    CHECK(reply.body == "# a metric\n");
    CHECK(reply.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(reply.fields["date"] == "Sun, 09 Sep 2001 01:46:40 GMT");
  });
}

TEST_CASE("it has nothing else, and no files", "[httpd][admin]") {
  Fixture f;
  play(f, [&]() -> Task<> {
    for (const std::string target : {"/", "/index.html", "/healthz/", "/metrics/x",
                                     "/../etc/passwd", "//metrics", "/%6detrics"}) {
      const std::string received = co_await ask(get(target));
      INFO(target);
      CHECK(statuses(received) == "404 close");
    }
    const std::string host = " HTTP/1.1\r\nHost: a\r\n";
    std::string received = co_await ask("HEAD /metrics" + host + "\r\n");
    CHECK(statuses(received, "H") == "200 close");
    received = co_await ask("POST /metrics" + host + "Content-Length: 5\r\n\r\nhello");
    CHECK(statuses(received) == "405 close");
    CHECK(replies(received).at(0).fields["allow"] == "GET, HEAD");
    received = co_await ask("nonsense\r\n\r\n");
    CHECK(statuses(received) == "400 close");
    received = co_await ask(get("/" + std::string(20'000, 'a')));
    CHECK(statuses(received) == "414 close");
    received = co_await ask(get("/metrics") + get("/metrics"));
    CHECK(statuses(received) == "200 close");  // one for each connection
  });
}

TEST_CASE("who asks while no descriptor is free is answered when one is", "[httpd][admin]") {
  Fixture f;
  simnet::HostOptions options;
  options.most_descriptors = 2;  // the listener's, and one more
  f.network.set_host(f.home, options);
  play(f, [&]() -> Task<> {
    Connection silent = co_await connect("home", 9090);
    TaskRef leaving = spawn([&]() -> Task<> {
      co_await sleep(1_s);
      silent.close();
    });
    const std::string received = co_await ask(get("/healthz"));
    CHECK(statuses(received) == "200 close");
    co_await join(leaving);
  });
}

TEST_CASE("slow and silent clients are closed in time, and the next one is answered",
          "[httpd][admin]") {
  Fixture f;
  play(f, [&]() -> Task<> {
    std::vector<Connection> silent;
    for (int i = 0; i < 40; ++i) {
      Connection connection = co_await connect("home", 9090);
      silent.push_back(std::move(connection));
      if (i % 2 == 0) co_await silent.back().sendall("GET /metr");
    }
    const Instant before = now();
    const std::string received = co_await ask(get("/healthz"));
    CHECK(statuses(received) == "200 close");
    CHECK(now() - before > 19_s);  // sixteen at a time, ten seconds each
    CHECK(now() - before < 31_s);
  });
}

TEST_CASE("an address is a port, or a host and a port", "[httpd][admin]") {
  const auto parsed = [](const std::string& text) {
    const AdminAddress at = parse_admin_address(text);
    return at.host + " " + std::to_string(at.port);
  };
  CHECK(parsed("9090") == "127.0.0.1 9090");
  CHECK(parsed("0") == "127.0.0.1 0");
  CHECK(parsed("10.0.0.5:9090") == "10.0.0.5 9090");
  CHECK(parsed("0.0.0.0:1") == "0.0.0.0 1");
  CHECK(parsed("[::1]:65535") == "[::1] 65535");
  CHECK(parsed("localhost:80") == "localhost 80");
  for (const char* wrong : {"", ":", ":9090", "9090:", "x", "65536", "-1", "+1", "1.2.3:4",
                            "::1:80", "host.example:80", "[::1]", "127.0.0.1", "000000080"}) {
    INFO(wrong);
    CHECK_THROWS_AS(parse_admin_address(wrong), lesson::UsageMistake);
  }
}

}  // namespace
}  // namespace rill::httpd
