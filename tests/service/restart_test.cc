// How a server comes back: at once on the same port, however the last one ended and whoever is
// still connected to it; but never beside one that is there.
#include <csignal>

#include "tests/service/programs.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

std::vector<std::string> echo(std::uint16_t port, const Crew& crew) {
  return crew.run(kEcho, {"--quiet"}, port);
}

bool echoes(Socket& client) {
  client.send("ping\n");
  return client.receive(5) == "ping\n";
}

TEST_CASE("after SIGTERM or SIGKILL the port is free at once, although peers are connected") {
  const int number = GENERATE(SIGTERM, SIGKILL);
  const Crew crew = GENERATE(from_range(crews()));
  INFO(crew.text());
  Child first(echo(0, crew));
  const std::uint16_t port = first.listening_port();
  REQUIRE(port != 0);
  Socket quiet(port);
  Socket unread(port);
  CHECK(echoes(quiet));
  unread.send(std::string(100'000, 'x'));  // and takes nothing of it
  first.signal(number);
  CHECK(first.finish().exit_code == (number == SIGTERM ? 0 : -SIGKILL));

  Child second(echo(port, crew));
  CHECK(second.listening_port() == port);
  Socket client(port);
  CHECK(echoes(client));
}

TEST_CASE("a second instance on the port is refused in one sentence, whatever workers either has") {
  const Crew crew_of_first = {"epoll", GENERATE("1", "2")};
  const Crew crew_of_second = {"epoll", GENERATE("1", "2")};
  Child first(echo(0, crew_of_first));
  const std::uint16_t port = first.listening_port();
  REQUIRE(port != 0);
  const Finished second = run_child(echo(port, crew_of_second));
  CHECK(second.exit_code == 2);
  CHECK(second.out.empty());
  CHECK_THAT(second.err, contains("port " + std::to_string(port) + " is taken"));
  CHECK(second.err.find('\n') == second.err.size() - 1);
  for (int i = 0; i < 8; ++i) {  // and the first one still gets every connection
    Socket client(port);
    CHECK(echoes(client));
  }
}

TEST_CASE("of several instances that start at once one serves, and the others say why not") {
  const Crew crew = {"epoll", "2"};
  Child probe(echo(0, crew));
  const std::uint16_t port = probe.listening_port();
  probe.signal(SIGTERM);
  CHECK(probe.finish().exit_code == 0);

  std::vector<std::unique_ptr<Child>> all;
  for (int i = 0; i < 4; ++i) all.push_back(std::make_unique<Child>(echo(port, crew)));
  int serving = 0;
  for (const auto& one : all) {
    if (one->listening_port() == port) {
      ++serving;
    } else {
      CHECK(one->finish().exit_code == 2);
    }
  }
  CHECK(serving == 1);
}

}  // namespace
}  // namespace rill::testing
