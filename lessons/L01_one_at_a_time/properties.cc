// Lesson 1: what must hold of an echo server with many clients, some of them silent.
#include "lessons/L01_one_at_a_time/one_at_a_time.h"
#include "lessons/common/say.h"
#include "lessons/common/serve.h"
#include "lessons/common/world.h"
#include "lessons/school/lesson.h"
#include "lessons/school/stage.h"
#include "net/signal.h"
#include "simnet/network.h"

namespace rill::school {
namespace {

using simnet::ExploreOptions;
using simnet::FaultClass;
using simnet::Simulation;

/// The server of starter.cc: what the prediction is about, whatever has become of the answer.
Task<> one_at_a_time(Listener& listener) {
  for (;;) {
    Connection connection = co_await listener.accept();
    for (;;) {
      const std::string data = co_await connection.recv(1024);
      if (data.empty()) break;
      co_await connection.sendall(data);
    }
  }
}

using Server = Task<> (*)(Listener& listener);

/// Starts `server` on a host of that name. Clients may connect when this returns.
Task<> start(Simulation& sim, Server server) {
  auto& listens = sim.make<Event>();
  spawn_on(sim.host("server"), [&listens, server]() -> Task<> {
    Listener listener("", kPort);
    listens.set();
    co_await server(listener);
  }).named("server");
  co_await listens.wait();
}

/// Connects at `at`, says nothing until `until`, and leaves.
Task<> be_silent(Duration at, Duration until) {
  co_await sleep(at);
  Connection connection = co_await connect("server", kPort);
  co_await sleep(until - at);
}

/// Sends `lines` one by one, waiting for each echo. Gives the longest time that one took.
Task<> talk(Simulation& sim, Duration at, std::vector<std::string> lines, Duration& longest) {
  co_await sleep(at);
  Connection connection = co_await connect("server", kPort);
  for (const std::string& line : lines) {
    const Instant sent = now();
    sim.note("sends " + shown(line));
    co_await connection.sendall(line);
    const std::string echo = co_await connection.readline();
    sim.note("has got " + shown(echo));
    longest = std::max(longest, now() - sent);
    require_equal(sim, "what is sent comes back", "came back", echo, "was sent", line);
  }
  connection.shutdown_write();
  const std::string rest = co_await connection.recv(1024);
  require_equal(sim, "and nothing more comes", "came", rest, "wanted", std::string());
}

Task<> an_echo_comes_back(Simulation& sim) {
  co_await start(sim, echo_server);
  auto& longest = sim.make<Duration>();
  const std::vector<std::string> lines = {"hello\n", "is anybody there?\n"};
  co_await join(spawn_on(sim.host("ada"), talk, std::ref(sim), Duration(), lines, std::ref(longest))
                    .named("ada"));
}

Task<> the_prediction_is_right(Simulation& sim) {
  co_await start(sim, one_at_a_time);
  auto& longest = sim.make<Duration>();
  spawn_on(sim.host("ada"), be_silent, Duration(), seconds(5)).named("ada");
  const std::vector<std::string> lines = {"hello\n"};
  co_await join(spawn_on(sim.host("ben"), talk, std::ref(sim), seconds(1), lines, std::ref(longest))
                    .named("ben"));
  const bool is_close =
      longest >= milliseconds(kPredictedMs - 50) && longest <= milliseconds(kPredictedMs + 50);
  sim.require(
      is_close, "kPredictedMs is what it takes, with the server of starter.cc",
      "kPredictedMs is " + std::to_string(kPredictedMs) + "; look at the story, and think it over");
}

/// Some clients are silent, one talks: two round trips are enough for it, however many there are.
Task<> nobody_waits_for_the_silent(Simulation& sim) {
  co_await start(sim, echo_server);
  const int silent = sim.draw("silent clients", rc::gen::inRange(1, 6));
  for (int i = 0; i < silent; ++i) {
    const std::string name = "silent" + std::to_string(i + 1);
    spawn_on(sim.host(name), be_silent, milliseconds(10 * i), seconds(60)).named(name);
  }
  auto& longest = sim.make<Duration>();
  const int at_ms = sim.draw("ben comes at, ms", rc::gen::inRange(0, 1000));
  const std::vector<std::string> lines = {"hello\n", "still here\n"};
  co_await join(
      spawn_on(sim.host("ben"), talk, std::ref(sim), milliseconds(at_ms), lines, std::ref(longest))
          .named("ben"));
  sim.require(longest <= milliseconds(4), "a client waits for no other client",
              "ben waited " + to_string(longest) + "; a round trip takes 2.000 ms");
}

/// Whoever has been silent for long is served when it talks at last.
Task<> the_silent_may_speak(Simulation& sim) {
  co_await start(sim, echo_server);
  const int silence_ms = sim.draw("silence, ms", rc::gen::inRange(0, 10'000));
  const auto speak_late = [&sim, silence_ms]() -> Task<> {
    Connection connection = co_await connect("server", kPort);
    co_await sleep(milliseconds(silence_ms));
    co_await connection.sendall("at last\n");
    const std::string echo = co_await connection.readline();
    require_equal(sim, "who speaks late is served too", "came back", echo, "was sent",
                  std::string("at last\n"));
  };
  co_await join(spawn_on(sim.host("ada"), speak_late).named("ada"));
}

Task<> many_talk_at_once(Simulation& sim) {
  co_await start(sim, echo_server);
  const int clients = sim.draw("clients", rc::gen::inRange(1, 8));
  auto& longest = sim.make<Duration>();
  std::vector<TaskRef> talks;
  for (int i = 0; i < clients; ++i) {
    const std::string name = "client" + std::to_string(i + 1);
    const std::vector<std::string> lines = {name + " says hello\n", name + " says goodbye\n"};
    talks.push_back(
        spawn_on(sim.host(name), talk, std::ref(sim), milliseconds(i), lines, std::ref(longest))
            .named(name));
  }
  for (const TaskRef& talking : talks) co_await join(talking);
}

Task<> serve_for_ever(const lesson::Settings& settings) {
  Listener listener = lesson::listen_as_told(settings);
  lesson::announce_listening(listener.address());
  Group servers;
  servers.spawn(echo_server, std::ref(listener)).named("server");
  co_await signal({SIGTERM, SIGINT});
}

Task<> say_hello(std::uint16_t port, bool is_silent) {
  Connection connection = co_await connect("server", port);
  if (is_silent) {
    co_await sleep(seconds(5));
    co_return;
  }
  co_await sleep(seconds(1));
  co_await connection.sendall("hello\n");
  const std::string echo = co_await connection.readline();
  lesson::say("got " + shown(echo));
}

Task<> scenario(lesson::World& world) {
  const HostId server = world.network().add_host("server");
  TaskRef program = co_await world.start(server);
  const auto latency = simnet::Latency::fixed(1_ms);
  TaskRef ada = world.spawn_visitor("ada", server, latency, say_hello(world.port(), true));
  TaskRef ben = world.spawn_visitor("ben", server, latency, say_hello(world.port(), false));
  co_await join(ada);
  co_await join(ben);
  co_await world.stop(program, server);
}

lesson::Program demo() {
  lesson::Program program;
  program.name = "L01";
  program.about = "An echo server, and two clients: ada is silent, ben is not.";
  program.port = 4901;
  program.hint = "talk to it with two of: nc {host} {port}      stop it with: Ctrl-C";
  program.main = serve_for_ever;
  program.scenario = scenario;
  return program;
}

}  // namespace

Lesson the_lesson() {
  ExploreOptions options = {.faults = FaultClass::none};
  ExploreOptions timed = {.faults = FaultClass::none, .varies_network = false};
  timed.network.link.latency = simnet::Latency::fixed(1_ms);
  options.stop_with_root = timed.stop_with_root = true;  // a server has no end
  constexpr std::uint64_t kOneCase = 1;
  return {
      "L01",
      "one_at_a_time",
      {
          {"an_echo_comes_back", "What a client sends comes back to it.", an_echo_comes_back,
           options},
          {"the_prediction_is_right", "You know how long ben waits, before you change anything.",
           the_prediction_is_right, timed, kOneCase},
          {"nobody_waits_for_the_silent", "No client waits because another one is silent.",
           nobody_waits_for_the_silent, timed},
          {"the_silent_may_speak", "Who has been silent for long is still a client.",
           the_silent_may_speak, options},
          {"many_talk_at_once", "Everybody gets back what is his, however many there are.",
           many_talk_at_once, options},
      },
      demo()};
}

}  // namespace rill::school
