// Servers under a service manager: the socket it opened, what it hears, and an upgrade under way of
// which no client notices anything. What depends on the backend runs on each.
#include <atomic>
#include <csignal>
#include <thread>

#include "tests/service/programs.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

const Crew kOne = {"epoll", "1"};
const Crew kTwo = {"epoll", "2"};

std::string answer(Socket& client, const std::string& line) {
  client.send(line);
  return client.receive(line.size());
}

TEST_CASE("an inherited socket is served, whatever --port says, by one worker or two") {
  const Crew crew = GENERATE(from_range(crews()));
  INFO(crew.text());
  const SocketUnit unit;
  Child server(unit.pass_to(crew.run(kTouchy)));
  CHECK(server.listening_port() == unit.port());
  for (int i = 0; i < 10; ++i) {
    Socket client(unit.port());
    CHECK(answer(client, "hello\n") == "hello\n");
  }
  server.signal(SIGTERM);
  const Finished end = server.finish();
  CHECK(end.exit_code == 0);
  CHECK(end.err.empty());
  CHECK_THAT(end.out, contains("10 connections served"));
}

TEST_CASE("who connects while no server runs is served by the next one: no connection is lost") {
  const Crew crew = GENERATE(from_range(crews()));
  INFO(crew.text());
  const SocketUnit unit;
  Child old(unit.pass_to(crew.run(kTouchy)));
  REQUIRE(old.listening_port() == unit.port());
  Socket during(unit.port());
  CHECK(answer(during, "one\n") == "one\n");
  old.signal(SIGTERM);
  CHECK(answer(during, "two\n") == "two\n");  // the old one drains
  during.end();
  CHECK(old.finish().exit_code == 0);

  Socket between(unit.port());  // nobody is there
  REQUIRE(between.is_connected());
  between.send("anybody?\n");
  Child fresh(unit.pass_to(crew.run(kTouchy)));
  CHECK(between.receive(9) == "anybody?\n");
}

TEST_CASE("clients that come without pause lose nothing while servers are replaced under load") {
  const Crew crew = GENERATE(from_range(crews()));
  INFO(crew.text());
  const SocketUnit unit;
  std::atomic<bool> goes_on = true;
  std::atomic<int> served = 0;
  std::atomic<int> lost = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&] {
      while (goes_on) {
        Socket client(unit.port());
        ++(answer(client, "hello\n") == "hello\n" ? served : lost);
      }
    });
  }
  for (int replaced = 0; replaced < 5; ++replaced) {
    Child server(unit.pass_to(crew.run(kTouchy)));
    CHECK(server.listening_port() == unit.port());
    const int before = served;
    while (served < before + 200 && lost == 0) std::this_thread::yield();
    if (replaced == 4) goes_on = false;  // the last one serves them to the end
    if (!goes_on) {
      for (std::thread& client : clients) client.join();
    }
    server.signal(SIGTERM);
    CHECK(server.finish().exit_code == 0);
  }
  CHECK(lost == 0);
}

TEST_CASE("what is passed but cannot be served is refused in one sentence") {
  const SocketUnit idle(false);
  const Finished wrong = run_child(idle.pass_to(kOne.run(kTouchy)));
  CHECK(wrong.exit_code == 2);
  CHECK_THAT(wrong.err, contains("is not one that listens"));
  CHECK_THAT(wrong.err, contains("ListenStream="));
  const SocketUnit unit;
  const Finished two = run_child(unit.pass_to(kTwo.run(kTouchy), 2));
  CHECK(two.exit_code == 2);
  CHECK_THAT(two.err, contains("2 sockets were passed"));
  for (const Finished& end : {wrong, two}) CHECK(end.err.find('\n') == end.err.size() - 1);
}

TEST_CASE("variables that are meant for another process pass nothing") {
  Child server(with_environment({"LISTEN_PID=1", "LISTEN_FDS=1"}, kOne.run(kTouchy)));
  CHECK(server.listening_port() != 0);
}

TEST_CASE("the manager hears when it listens, reloads and stops") {
  const Crew crew = GENERATE(from_range(crews()));
  INFO(crew.text());
  const NotifyListener manager;
  Child server(with_environment({"NOTIFY_SOCKET=" + manager.name()}, crew.run(kTouchy)));
  const std::uint16_t port = server.listening_port();
  CHECK(manager.heard() == "READY=1\nSTATUS=Listening on 127.0.0.1:" + std::to_string(port));
  server.signal(SIGHUP);
  CHECK_THAT(manager.heard(), contains("RELOADING=1\nMONOTONIC_USEC="));
  CHECK(manager.heard() == "READY=1");
  server.signal(SIGTERM);
  CHECK_THAT(manager.heard(), contains("STOPPING=1"));
  const Finished end = server.finish();
  CHECK(end.exit_code == 0);
  std::size_t reloads = 0;
  for (std::size_t at = end.out.find("reloading\n"); at != std::string::npos;
       at = end.out.find("reloading\n", at + 1)) {
    ++reloads;
  }
  CHECK(std::to_string(reloads) == crew.workers);  // each of them
  CHECK(manager.heard(0).empty());
}

TEST_CASE("the watchdog hears from a server that lives, and no more when one worker hangs") {
  const Crew crew = GENERATE(from_range(crews()));
  INFO(crew.text());
  const NotifyListener manager;
  Child server(with_environment({"NOTIFY_SOCKET=" + manager.name(), "WATCHDOG_USEC=200000"},
                                crew.run(kTouchy)));
  const std::uint16_t port = server.listening_port();
  int beats = 0;
  while (beats < 5) {
    const std::string message = manager.heard();
    REQUIRE_FALSE(message.empty());
    beats += message == "WATCHDOG=1";
  }
  Socket client(port);
  client.send("hang\n");
  // What was sent before it hung may still come; then nothing for several periods.
  int more = 0;
  while (!manager.heard(1000).empty()) {
    REQUIRE(++more < 100);
  }
}

TEST_CASE("nothing can be recorded that a watchdog would end") {
  const std::vector<std::string> command = kOne.run(kTouchy, {"--record", "/dev/null"});
  const Finished end = run_child(with_environment({"WATCHDOG_USEC=200000"}, command));
  CHECK(end.exit_code == 2);
  CHECK_THAT(end.err, contains("WatchdogSec="));
}

}  // namespace
}  // namespace rill::testing
