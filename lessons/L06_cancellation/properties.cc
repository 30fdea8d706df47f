// Lesson 6: what must hold of a conversation that is told to stop, at any moment.
#include "lessons/L06_cancellation/cancellation.h"
#include "lessons/common/say.h"
#include "lessons/common/style.h"
#include "lessons/common/world.h"
#include "lessons/school/lesson.h"
#include "lessons/school/stage.h"
#include "simnet/network.h"

namespace rill::school {
namespace {

using simnet::ExploreOptions;
using simnet::FaultClass;
using simnet::Simulation;
using Strings = std::vector<std::string>;

/// From one host to the other, always: so it is known when an answer can have been read.
constexpr Duration kLatency = milliseconds(5);

/// What a server does.
struct Manners {
  bool answers = true;
  Duration answers_after = milliseconds(20);
  Duration reads_after;    ///< begins to read so late
  Duration goodbye_after;  ///< ends its side so long after the client has ended its own
};

/// What a server has got.
struct Log {
  std::string bytes;
  int answered = 0;
  bool saw_end = false;  ///< of the client's stream
  bool was_reset = false;
  Simulation* judge = nullptr;  ///< who is told of a hurried command; null: nobody
};

/// Fails the run if a command came before the client can have read the answer to the one before.
void judge_command(const Log& log, const std::string& command, bool is_too_early) {
  if (log.judge == nullptr) return;
  log.judge->require(!is_too_early, "the next command is sent when the one before it is answered",
                     shown(command) + " came before that answer can have been read");
}

Task<> read_commands(Connection& connection, Manners manners, Log& log) {
  std::size_t answered_up_to = 0;
  Instant answered_at;
  Instant begun_at;  // when the first byte came that is not answered yet
  for (;;) {
    const std::string got = co_await connection.recv(4096);
    if (got.empty()) co_return;
    if (log.bytes.size() == answered_up_to) begun_at = now();
    log.bytes += got;
    for (;;) {
      const std::size_t end = log.bytes.find("\r\n", answered_up_to);
      if (end == log.bytes.npos) break;
      const std::string command = log.bytes.substr(answered_up_to, end - answered_up_to);
      const bool is_first = answered_up_to == 0;
      answered_up_to = end + 2;
      if (command == "QUIT") continue;
      const bool can_know = manners.answers && begun_at >= answered_at + 2 * kLatency;
      judge_command(log, command, !is_first && !can_know);
      if (!manners.answers) continue;
      co_await sleep(manners.answers_after);
      co_await connection.sendall("ok\n");
      answered_at = now();
      ++log.answered;
    }
  }
}

Task<> serve(Connection& connection, Manners manners, Log& log) {
  try {
    co_await sleep(manners.reads_after);
    co_await read_commands(connection, manners, log);
    log.saw_end = true;
    if (manners.goodbye_after <= Duration()) co_return;
    co_await sleep(manners.goodbye_after);
    co_await connection.sendall("bye\n");  // throws if it was reset meanwhile
  } catch (const NetError&) {
    log.was_reset = true;
  }
}

/// Fails unless `log` is a beginning of the commands, the last perhaps torn, or whole commands and
/// one QUIT.
void judge_log(Simulation& sim, const Log& log, const Strings& commands, bool wants_quit) {
  std::string wanted;
  std::size_t whole = 0;
  while (whole < commands.size() && log.bytes.starts_with(wanted + commands[whole] + "\r\n")) {
    wanted += commands[whole++] + "\r\n";
  }
  const std::string rest = log.bytes.substr(wanted.size());
  const std::string next = whole < commands.size() ? commands[whole] + "\r\n" : "";
  const std::string tail = "it got " + lesson::counted(whole, "whole command") + ", and then " +
                           (rest.empty() ? "nothing more" : shown(rest));
  if (wants_quit) {
    sim.require(rest == "QUIT\r\n", "the server gets whole commands, and then one QUIT", tail);
    sim.require(log.saw_end, "behind QUIT the server finds the end of the stream",
                "instead the connection is reset before");
    sim.require(!log.was_reset, "a server that says goodbye in time is waited for",
                "instead the connection is reset before");
  } else {
    sim.require(rest == "QUIT\r\n" || next.starts_with(rest),
                "QUIT never comes into the middle of a command", tail);
    sim.require(rest == "QUIT\r\n" || !log.saw_end,
                "what is broken off ends in a reset: an end of stream would look whole", tail);
  }
}

struct Talked {
  int answered = 0;
  Duration took_after_stop;
};

/// A conversation with a server of those manners, stopped `stop_after` its beginning.
Task<Talked> talk(Simulation& sim, Manners manners, Strings commands, Duration stop_after,
                  Log& log) {
  auto& stop = sim.make<Event>();
  auto& talked = sim.make<Talked>();
  auto& end = sim.make<Instant>();
  log.judge = &sim;
  const auto client = [&](Connection& connection) -> Task<> {
    Group helpers;
    Instant stopped = Instant::never();
    const auto say_stop = [&] {
      sim.note("stop!");
      stopped = now();
      stop.set();
    };
    if (stop_after <= Duration()) say_stop();  // before it begins
    helpers
        .spawn([&]() -> Task<> {
          if (stop.is_set()) co_return;
          co_await sleep(stop_after);
          say_stop();
        })
        .named("boss");
    talked.answered = co_await ::converse(connection, commands, stop);
    end = now();
    if (stopped <= end) talked.took_after_stop = end - stopped;
    sim.note("converse() has returned " + std::to_string(talked.answered));
    connection.close();
  };
  const auto server = [&](Connection& connection) { return serve(connection, manners, log); };
  co_await school::converse(sim, {"server", server, true}, {"client", client, true});
  sim.require(talked.took_after_stop <= kGrace, "after the wish to stop, it ends within kGrace",
              "it took " + to_string(talked.took_after_stop));
  co_return talked;
}

Strings draw_commands(Simulation& sim, int least) {
  const int count = sim.draw("commands", rc::gen::inRange(least, 6));
  Strings commands;
  for (int i = 0; i < count; ++i) commands.push_back("DO " + std::to_string(i));
  return commands;
}

/// A server that answers when it likes.
Manners draw_manners(Simulation& sim) {
  Manners manners;
  manners.answers_after =
      milliseconds(sim.draw("the server answers after, ms", rc::gen::inRange(0, 150)));
  return manners;
}

Task<> nobody_says_stop(Simulation& sim) {
  const Strings commands = draw_commands(sim, 0);
  const Manners manners = draw_manners(sim);
  auto& log = sim.make<Log>();
  const Talked talked = co_await talk(sim, manners, commands, seconds(3000), log);
  require_equal(sim, "without a wish to stop, all commands are answered", "answered",
                talked.answered, "commands", static_cast<int>(commands.size()));
  judge_log(sim, log, commands, true);
}

Task<> stop_at_any_time(Simulation& sim) {
  const Strings commands = draw_commands(sim, 1);
  const int stop_ms = sim.draw("stop after, ms", rc::gen::inRange(0, 160));
  const Manners manners = draw_manners(sim);
  auto& log = sim.make<Log>();
  const Talked talked = co_await talk(sim, manners, commands, milliseconds(stop_ms), log);
  judge_log(sim, log, commands, true);
  require_equal(sim, "every answer that comes counts", "answered", talked.answered,
                "answers of the server", log.answered);
  sim.require(stop_ms > 0 || log.bytes == "QUIT\r\n",
              "who is told to stop before it begins sends no command",
              "the server got " + shown(log.bytes));
}

Task<> a_silent_server(Simulation& sim) {
  const Strings commands = draw_commands(sim, 1);
  const int stop_ms = sim.draw("stop after, ms", rc::gen::inRange(50, 2000));
  auto& log = sim.make<Log>();
  Manners manners;
  manners.answers = false;
  const Talked talked = co_await talk(sim, manners, commands, milliseconds(stop_ms), log);
  require_equal(sim, "a silent server has answered nothing", "answered", talked.answered, "wanted",
                0);
  judge_log(sim, log, commands, true);
}

/// The first command is larger than all buffers, and the server reads later than anybody waits, or
/// just in time.
Task<> stuck_in_a_command(Simulation& sim) {
  const Strings commands = {bytes_of_length(20'000), "DO more"};
  const int reads_ms = sim.draw("server reads after, ms", rc::gen::inRange(100, 3000));
  auto& log = sim.make<Log>();
  Manners manners;
  manners.reads_after = milliseconds(reads_ms);
  const Talked talked = co_await talk(sim, manners, commands, milliseconds(50), log);
  static_cast<void>(talked);
  judge_log(sim, log, commands, false);
}

/// The server says goodbye late: in time, or too late.
Task<> a_late_goodbye(Simulation& sim) {
  const Strings commands = draw_commands(sim, 1);
  const int stop_ms = sim.draw("stop after, ms", rc::gen::inRange(0, 100));
  const bool is_in_time = sim.draw("in time", rc::gen::arbitrary<bool>());
  auto& log = sim.make<Log>();
  Manners manners;
  manners.goodbye_after = is_in_time ? kGrace * 9 / 10 : kGrace * 12 / 10;
  const Talked talked = co_await talk(sim, manners, commands, milliseconds(stop_ms), log);
  static_cast<void>(talked);
  if (is_in_time) {
    judge_log(sim, log, commands, true);
  } else {
    sim.require(log.was_reset, "when kGrace is over, the connection is reset",
                "the server has noticed nothing");
  }
}

Task<> talk_and_stop(Connection& connection) {
  Event stop;
  Group helpers;
  helpers
      .spawn([&]() -> Task<> {
        co_await sleep(milliseconds(50));
        lesson::say("stop!");
        stop.set();
      })
      .named("boss");
  const Strings commands = {"DO 0", "DO 1", "DO 2", "DO 3"};
  const int answered = co_await ::converse(connection, commands, stop);
  lesson::report(std::to_string(answered) + " of 4 commands were answered");
}

Task<> alone(const lesson::Settings&) {
  Listener listener("127.0.0.1", 0);
  Group server;
  Log log;
  const auto serve_one = [&]() -> Task<> {
    Connection connection = co_await listener.accept();
    co_await serve(connection, {}, log);
  };
  server.spawn(serve_one).named("server");
  Connection connection = co_await connect("127.0.0.1", listener.address().port);
  co_await talk_and_stop(connection);
  co_await server.wait();
  lesson::report("the server got " + shown(log.bytes));
}

lesson::Program demo() {
  lesson::Program program;
  program.name = "L06";
  program.about = "A client that is told to stop after 50 ms.";
  program.main = alone;
  return program;
}

}  // namespace

Lesson the_lesson() {
  ExploreOptions timed = {.faults = FaultClass::none, .varies_network = false};
  timed.network.link.latency = simnet::Latency::fixed(kLatency);
  ExploreOptions small = timed;
  small.network.host.send_buffer_bytes = small.network.host.receive_buffer_bytes = 2'000;
  return {"L06",
          "cancellation",
          {
              {"nobody_says_stop", "Left alone, it has all commands answered and says QUIT.",
               nobody_says_stop, timed},
              {"a_silent_server", "It stops, and politely, also while it waits for an answer.",
               a_silent_server, timed},
              {"stop_at_any_time",
               "Whenever it is told to stop: whole commands, one QUIT, and no answer is lost.",
               stop_at_any_time, timed},
              {"stuck_in_a_command",
               "A command that was begun is sent to its end, or, after kGrace, broken off.",
               stuck_in_a_command, small},
              {"a_late_goodbye", "The server is waited for as long as kGrace, and no longer.",
               a_late_goodbye, timed},
          },
          demo()};
}

}  // namespace rill::school
