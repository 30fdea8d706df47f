// --workers from outside: all of them serve, none of their lines is torn, a failing one is told,
// and in the simulator the same program with the same number is the same run. What depends on the
// backend runs on each.
#include <csignal>
#include <set>
#include <sstream>

#include "tests/real/backend_names.h"
#include "tests/service/programs.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

/// Two workers on the backend that it is the turn of.
Crew two_workers() { return {GENERATE(from_range(backend_names())), "2"}; }

TEST_CASE("two workers share the connections, and the end says how") {
  const Crew crew = two_workers();
  INFO(crew.text());
  Child server(crew.run(kEcho));
  const std::uint16_t port = server.listening_port();
  REQUIRE(port != 0);
  constexpr int kClients = 64;
  for (int i = 0; i < kClients; ++i) {
    Socket client(port);
    client.send("x\n");
    CHECK(client.receive(2) == "x\n");
  }
  server.signal(SIGTERM);
  const Finished end = server.finish();
  CHECK(end.exit_code == 0);
  CHECK_THAT(end.out, contains("64 connections served by 2 workers ("));
  CHECK(end.out.find("(0 + ") == std::string::npos);  // one in 2^63, by the hash of the ports
  CHECK(end.out.find(" + 0)") == std::string::npos);
}

TEST_CASE("lines of several workers are not torn") {
  Child server({kEcho, "--real", "--port", "0", "--workers", "4", "--verbose"});
  const std::uint16_t port = server.listening_port();
  server.read_line();  // the hint
  std::vector<std::unique_ptr<Socket>> clients;
  constexpr int kClients = 40;
  constexpr int kRounds = 20;
  for (int i = 0; i < kClients; ++i) clients.push_back(std::make_unique<Socket>(port));
  for (int round = 0; round < kRounds; ++round) {
    for (const auto& client : clients) client->send("hello, hello, hello\n");
    for (const auto& client : clients) CHECK(client->receive(20) == "hello, hello, hello\n");
  }
  clients.clear();
  server.signal(SIGTERM);
  const Finished end = server.finish();
  CHECK(end.exit_code == 0);
  std::istringstream lines(end.out);
  std::size_t well_formed = 0;
  for (std::string line; std::getline(lines, line);) {
    const bool is_whole =
        line.ends_with(" connected") || line.ends_with(" sent \"hello, hello, hello\\n\"") ||
        line.ends_with(" is gone") || line.starts_with("40 connections served by 4 workers");
    const bool is_one = line.find("127.0.0.1", 1) == std::string::npos;
    if (!is_whole || !is_one) UNSCOPED_INFO("torn: " << line);
    CHECK((is_whole && is_one));
    ++well_formed;
  }
  CHECK(well_formed == kClients * (kRounds + 2) + 1);
}

TEST_CASE(
    "a worker that fails is told in a sentence; clients of the others are served to the end") {
  const Crew crew = two_workers();
  INFO(crew.text());
  Child server(crew.run(kTouchy, {"--drain-timeout", "60"}));
  const std::uint16_t port = server.listening_port();
  std::vector<std::unique_ptr<Socket>> clients;
  for (int i = 0; i < 16; ++i) {
    clients.push_back(std::make_unique<Socket>(port));
    clients.back()->send("hello\n");
    CHECK(clients.back()->receive(6) == "hello\n");
  }
  clients[0]->send("bug\n");
  CHECK(clients[0]->receive(1).empty());
  int served = 0;
  for (const auto& client : clients) {
    client->send("still?\n");
    served += client->receive(7) == "still?\n";
    client->end();
  }
  CHECK(served > 0);  // those of the other worker; none with a chance of 2^-15
  CHECK(served < 16);
  const Finished end = server.finish();
  CHECK(end.exit_code == 1);
  const bool is_told = end.err == "touchy: worker 1 of 2: a bug in a handler\n" ||
                       end.err == "touchy: worker 2 of 2: a bug in a handler\n";
  CAPTURE(end.err);
  CHECK(is_told);
}

TEST_CASE("in the simulator workers are tasks of one host, and a seed is one run, to the byte") {
  for (const std::string& program : {kEcho, kHttpd}) {
    const std::vector<std::string> command = {program, "--workers", "3", "--seed", "5"};
    const Finished once = run_child(command);
    CHECK(once.exit_code == 0);
    CHECK(once.out == run_child(command).out);
    CHECK_THAT(once.out, contains("served by 3"));
    CHECK(once.out != run_child({program, "--seed", "5"}).out);
  }
}

TEST_CASE("the number of workers is a number") {
  struct Row {
    std::vector<std::string> flags;
    std::string sentence;
  };
  const std::vector<Row> rows = {
      {{"--workers", "x"}, "--workers takes a whole number from 1 to 1024, or auto, not 'x'"},
      {{"--workers", "-1"}, "not '-1'"},
      {{"--workers", "1025"}, "not '1025'"},
      {{"--workers", "auto"}, "which a simulated run must not"},
      {{"--real", "--workers", "2", "--record", "/dev/null"}, "leave out --workers"},
      {{"--drain-timeout", "soon"}, "--drain-timeout wants seconds"},
  };
  for (const Row& row : rows) {
    std::vector<std::string> command = row.flags;
    command.insert(command.begin(), kEcho);
    const Finished end = run_child(command);
    INFO(row.sentence);
    CHECK(end.exit_code == 2);
    CHECK(end.out.empty());
    CHECK_THAT(end.err, contains(row.sentence));
  }
}

TEST_CASE("--workers auto is one for each core, and at least one") {
  Child server({kEcho, "--real", "--port", "0", "--workers", GENERATE("auto", "0")});
  CHECK(server.listening_port() != 0);
  server.signal(SIGTERM);
  CHECK(server.finish().exit_code == 0);
}

}  // namespace
}  // namespace rill::testing
