// How a server stops, seen from outside: nothing that was under way is lost, nobody new gets in,
// idle peers hold nothing up, and whoever insists gets his way. On each backend, with one worker
// and with two.
#include <chrono>
#include <csignal>
#include <thread>

#include "tests/service/programs.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> httpd(const Crew& crew, const LargeSite& site, const std::string& drain) {
  return crew.run(kHttpd, {"--quiet", "--root", site.path(), "--drain-timeout", drain});
}

TEST_CASE("SIGTERM loses no answer that is under way, lets nobody in, and waits for no idle peer") {
  const LargeSite& site = LargeSite::shared();
  const Crew crew = GENERATE(from_range(crews()));
  INFO(crew.text());
  Child server(httpd(crew, site, "120"));
  const std::uint16_t port = server.listening_port();
  REQUIRE(port != 0);

  constexpr int kIdle = 20;
  std::vector<std::unique_ptr<Socket>> idle;
  for (int i = 0; i < kIdle; ++i) {
    idle.push_back(std::make_unique<Socket>(port));
    idle.back()->send(get_request("/small"));
    CHECK_THAT(receive_head(*idle.back()), contains("200"));
    CHECK(idle.back()->receive(6) == "small\n");
  }
  Socket busy(port);
  busy.send(get_request("/large"));
  const std::string head = receive_head(busy);
  CHECK_THAT(head, contains("Content-Length: " + std::to_string(LargeSite::kLargeBytes)));
  std::string body = busy.receive(100'000);

  const Clock::time_point signalled = Clock::now();
  server.signal(SIGTERM);
  CHECK(becomes_refused(port));
  const std::chrono::duration<double> until_refused = Clock::now() - signalled;
  for (const auto& peer : idle) CHECK(peer->receive_all().empty());
  // All that while the answer still waits to be read: most of it is not in any buffer yet. So it is
  // when new connections get their last call.
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  body += busy.receive(LargeSite::kLargeBytes - body.size());
  const Clock::time_point last_byte = Clock::now();
  CHECK((body == site.large()));      // doubled parentheses: a difference need not be printed
  CHECK(busy.receive_all().empty());  // although the answer's head had said: keep-alive
  busy.end();
  const Finished end = server.finish();
  const std::chrono::duration<double> until_exit = Clock::now() - last_byte;
  CHECK(end.exit_code == 0);
  CHECK(end.err.empty());
  // The goals are 0.5 s and 1 s; the bounds are for a machine that does much else.
  INFO("refused after " << until_refused.count() << " s, ended " << until_exit.count()
                        << " s after the last byte");
  CHECK(until_refused.count() < 5);
  CHECK(until_exit.count() < 6);
}

TEST_CASE("a second SIGTERM or SIGINT ends a server that drains at once") {
  const LargeSite& site = LargeSite::shared();
  const Crew crew = GENERATE(from_range(crews()));
  INFO(crew.text());
  const int second = GENERATE(SIGTERM, SIGINT);
  Child server(httpd(crew, site, "120"));
  const std::uint16_t port = server.listening_port();
  Socket busy(port);
  busy.send(get_request("/large"));
  busy.receive(1000);
  server.signal(SIGTERM);
  CHECK(becomes_refused(port));
  server.signal(second);
  CHECK(server.finish().exit_code == -second);
}

TEST_CASE("a peer that takes nothing is cut off when the time to drain is over") {
  const LargeSite& site = LargeSite::shared();
  const Crew crew = GENERATE(from_range(crews()));
  INFO(crew.text());
  Child server(httpd(crew, site, "300ms"));
  Socket stuck(server.listening_port());
  stuck.send(get_request("/large"));
  stuck.receive(1000);
  server.signal(SIGTERM);
  CHECK(server.finish().exit_code == 0);
}

TEST_CASE("SIGHUP during the drain ends nothing") {
  const LargeSite& site = LargeSite::shared();
  const Crew crew = GENERATE(from_range(crews()));
  INFO(crew.text());
  Child server(httpd(crew, site, "120"));
  const std::uint16_t port = server.listening_port();
  Socket busy(port);
  busy.send(get_request("/large"));
  receive_head(busy);
  server.signal(SIGTERM);
  CHECK(becomes_refused(port));
  server.signal(SIGHUP);
  CHECK((busy.receive_all() == site.large()));
  busy.end();
  CHECK(server.finish().exit_code == 0);
}

TEST_CASE("echo drains too: what was sent before SIGTERM comes back") {
  const Crew crew = GENERATE(from_range(crews()));
  INFO(crew.text());
  Child server(crew.run(kEcho, {"--drain-timeout", "60"}));
  const std::uint16_t port = server.listening_port();
  Socket client(port);
  client.send("ping\n");
  CHECK(client.receive(5) == "ping\n");
  server.signal(SIGTERM);
  CHECK(becomes_refused(port));
  client.send("last words\n");
  client.end();
  CHECK(client.receive_all() == "last words\n");
  CHECK(server.finish().exit_code == 0);
}

}  // namespace
}  // namespace rill::testing
