// Echo: sends back whatever it gets, to any number of clients at a time, in one thread.
//
//   ./rill run echo                         on a simulated network, with three clients
//   ./rill run echo --real --verbose        on real sockets; talk to it with: nc 127.0.0.1 4915
//
// echoer() is the whole program: it reads as if there were one client only. Each co_await lets the
// others go on meanwhile. Who visits it in the simulation is in scenario.cc.
#include "lessons/echo/echo.h"

#include "lessons/common/say.h"
#include "lessons/common/serve.h"

namespace rill::lesson {

constexpr std::size_t kMostBytes = std::size_t{64} << 10;  // at once; no memory while it waits

Task<> echoer(Connection connection) {
  for (;;) {
    const std::string data = co_await connection.recv(kMostBytes);
    if (data.empty()) co_return;  // the client has ended its side
    co_await connection.sendall(data);
  }
}

namespace {

/// Says goodbye when it is destroyed: on return, on an error, and on kill alike.
struct Farewell {
  std::string who;
  ~Farewell() { say(who + " is gone"); }
};

}  // namespace

Task<> verbose_echoer(Connection connection) {
  const Farewell client{to_string(connection.peer())};
  say(client.who + " connected");
  for (;;) {
    const std::string data = co_await connection.recv(kMostBytes);
    if (data.empty()) co_return;
    say(client.who + " sent " + in_quotes(data));
    co_await connection.sendall(data);
  }
}

namespace {

Task<> run_echo(const Settings& settings, const EchoFlags& flags) {
  const auto handler = flags.is_verbose ? verbose_echoer : echoer;
  Door door(flags.tls);
  if (door.is_there()) {
    co_await serve(settings, door.before(handler));
  } else {
    co_await serve(settings, handler);
  }
}

}  // namespace

Program echo_program(EchoFlags& flags) {
  Program program;
  program.name = "echo";
  program.about = "Sends back whatever it gets, to any number of clients.";
  program.examples =
      "  ./rill run echo                        three clients on a simulated network\n"
      "  ./rill run echo --seed 7               the same, in another order and other pieces\n"
      "  ./rill run echo --real --verbose       on real sockets; then: nc 127.0.0.1 4915\n";
  program.port = 4915;
  program.is_service = true;
  program.cut_percent = 20;
  program.options = [&flags](CommandLine& line) {
    line.flag("--verbose", flags.is_verbose, "say who connects, and what is read");
    add_tls_flags(line, flags.tls);
  };
  program.check = [&flags](const Settings& settings) { check_tls(settings, flags.tls); };
  program.hint = "talk to it with: nc {host} {port}      stop it with: Ctrl-C";
  program.main = [&flags](const Settings& settings) { return run_echo(settings, flags); };
  program.scenario = echo_scenario;
  return program;
}

}  // namespace rill::lesson
